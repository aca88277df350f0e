// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.samples.history.ClaimSpan;
import io.holdfast.samples.history.Event;
import io.holdfast.samples.history.HistoryLane;
import io.holdfast.samples.history.OwnerSpan;
import io.holdfast.samples.history.OwnershipClaim;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.history.SessionSpan;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PictureTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void it_is_well_formed_and_keeps_hostile_words_as_words() throws Exception {
        Document picture = parse(svg("a <b> & \"c\""));

        assertThat(picture.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(picture.getDocumentElement().getTextContent()).contains("a <b> & \"c\"");
    }

    @Test
    void it_refers_to_nothing_outside_itself() {
        assertThat(svg("story").replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContain("http:", "https:", "href", "@import", "<script", "<image");
    }

    @Test
    void it_shows_what_each_client_ended_with() throws Exception {
        assertThat(parse(svg("story")).getDocumentElement().getTextContent())
                .contains("gone, still believed", "for 7.0 s", "registered", "leader stands still", "a moment");
    }

    private static String svg(String story) {
        HistoryLane ordinary = new HistoryLane(
                Party.ORDINARY,
                "ordinary-1",
                List.of(new ClaimSpan(OwnershipClaim.registered(2, "registered"), 3 * SECOND, 10 * SECOND)),
                List.of(new SessionSpan(1, 0, 3 * SECOND), new SessionSpan(2, 3 * SECOND, 10 * SECOND)),
                List.of(new OwnerSpan(1, 1, SECOND, 6 * SECOND)));
        HistoryLane holdfast = new HistoryLane(
                Party.HOLDFAST,
                "holdfast-1",
                List.of(new ClaimSpan(OwnershipClaim.registered(3, "registered"), SECOND, 10 * SECOND)),
                List.of(new SessionSpan(3, 0, 10 * SECOND)),
                List.of(new OwnerSpan(3, 2, SECOND, 10 * SECOND)));
        SceneRecord scene = new SceneRecord(
                "A scene",
                story,
                0,
                10 * SECOND,
                List.of(ordinary, holdfast),
                List.of(
                        new Event(2 * SECOND, 5 * SECOND, "leader stands still"),
                        new Event(3 * SECOND, 3 * SECOND, "a moment")),
                List.of(
                        new SceneFinding(Party.ORDINARY, true, "hurt"),
                        new SceneFinding(Party.HOLDFAST, false, "fine")));
        return new Picture("some servers", List.of(scene), "A verdict.").toSvg();
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
