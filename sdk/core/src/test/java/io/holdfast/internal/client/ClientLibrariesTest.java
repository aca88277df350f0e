// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.holdfast.internal.client.ClientLibraries.Library;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientLibrariesTest {

    private static final Library ENOUGH = new Library("One", "g:one", "1.2", "1.3", true);
    private static final Library TOO_OLD = new Library("Other", "g:other", "5.2", "5.1", false);

    @Test
    void libraryThatIsTooOldIsNamedWithWhatIsAllowedAndWhatToDo() {
        assertThat(ClientLibraries.tooOld(List.of(ENOUGH, TOO_OLD)))
                .hasValue(
                        "Other must be 5.2 or later, but was 5.1: raise the version of g:other on the class path, and look for"
                                + " a second, older copy of it there");
    }

    @Test
    void nothingIsSaidOfThoseThatAreNewEnough() {
        assertThat(ClientLibraries.tooOld(List.of(ENOUGH))).isEmpty();
        assertThatCode(ClientLibraries::require).doesNotThrowAnyException();
    }
}
