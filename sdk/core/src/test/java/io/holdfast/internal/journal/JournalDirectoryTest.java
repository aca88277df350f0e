// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.internal.session.Identifiers;
import io.holdfast.internal.session.SessionCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a journal demands of its directory, and what it does about what it finds there. */
class JournalDirectoryTest {
    private static final String MEMBER = "broker-7";
    private static final String DEAD = "00000000deadbeef";
    private static final SessionCredentials SESSION =
            new SessionCredentials(0x77, new byte[] {0x5a, 0x5a, 0x5a, 0x5a}, Duration.ofSeconds(6));

    @TempDir
    private Path temporary;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path directory;

    @BeforeEach
    void listen() {
        directory = temporary.resolve("journals");
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(SessionJournal.class.getPackageName());
    }

    private SessionJournal open() {
        return SessionJournal.open(directory, MEMBER, Identifiers.randomToken());
    }

    private Path deadRun() {
        try (SessionJournal journal = SessionJournal.open(directory, MEMBER, DEAD)) {
            journal.opened(SESSION);
        }
        return directory.resolve(MEMBER + '.' + DEAD + ".journal");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void createsTheDirectoryAndTheFileForTheirOwnerOnly() throws Exception {
        directory = temporary.resolve("a/b/journals");
        try (SessionJournal journal = open()) {
            journal.opened(SESSION);

            assertThat(mode(directory)).isEqualTo("rwx------");
            assertThat(mode(directory.getParent())).isEqualTo("rwx------");
            assertThat(files()).singleElement().satisfies(file -> assertThat(mode(file))
                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void refusesADirectoryThatOthersCanWriteTo() throws Exception {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));

        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessageContaining(directory.toString())
                .withMessageContaining("rwxrwx---")
                .withMessageContaining("chmod 700");
        assertThat(files()).isEmpty();
    }

    @Test
    void takesADirectoryThatOthersCanOnlyRead() throws Exception {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        open().close();

        assertThat(Files.getPosixFilePermissions(directory)).contains(PosixFilePermission.OTHERS_READ);
    }

    @Test
    void refusesAFileForADirectory() throws Exception {
        Files.createFile(directory);

        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessageContaining(directory.toString())
                .withMessageContaining("name a directory");
    }

    @Test
    void saysWhatIsWrongWithADirectoryThatCannotBeMade() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        directory = file.resolve("journals");

        assertThatThrownBy(this::open)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("journal directory " + directory)
                .hasMessageContaining("let this user create it");
    }

    @Test
    void refusesAFileSystemThatCannotHideASecret() throws Exception {
        URI zip = URI.create("jar:" + temporary.resolve("archive.zip").toUri());
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            directory = archive.getPath("/journals");

            assertThatIllegalArgumentException()
                    .isThrownBy(this::open)
                    .withMessageContaining("journal directory /journals")
                    .withMessageContaining("POSIX")
                    .withMessageContaining("without a journal");
            assertThat(Files.exists(directory)).isFalse();
        }
    }

    @Test
    void doesNotFollowALinkThatIsNamedLikeAJournal() throws Exception {
        Path elsewhere = Files.move(deadRun(), temporary.resolve("elsewhere"));
        Path link = directory.resolve(MEMBER + '.' + DEAD + ".journal");
        Files.createSymbolicLink(link, elsewhere);

        try (SessionJournal journal = open()) {
            assertThat(journal.previousRuns()).isEmpty();
        }
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.size(elsewhere)).isPositive();
        assertWarned(link, "not a regular file");
    }

    @Test
    void refusesToWriteThroughALinkThatTakesItsOwnName() throws Exception {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path target = temporary.resolve("target");
        Files.createSymbolicLink(directory.resolve(MEMBER + '.' + DEAD + ".journal"), target);

        assertThatThrownBy(this::deadRun)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("exists already");
        assertThat(Files.exists(target)).isFalse();
        assertThat(files()).hasSize(1);
    }

    @Test
    void skipsADirectoryThatIsNamedLikeAJournal() throws Exception {
        Path odd = deadRun();
        Files.delete(odd);
        Files.createDirectory(odd);

        try (SessionJournal journal = open()) {
            assertThat(journal.previousRuns()).isEmpty();
        }
        assertWarned(odd, "not a regular file");
    }

    @Test
    void warnsOfADamagedRecordWithoutThePasswordAndGoesOn() throws Exception {
        Path file = deadRun();
        List<String> lines = Files.readAllLines(file);
        Files.write(
                file, List.of(lines.get(0), "x" + lines.get(1), lines.get(1).replace("0x77", "0x78"), lines.get(1)));

        try (SessionJournal journal = open()) {
            assertThat(journal.previousRuns()).containsExactly(SESSION);
        }
        assertWarned(file, "line 2 is damaged and is skipped");
        assertWarned(file, "line 3 is damaged and is skipped");
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("5a5a"));
    }

    @Test
    void leavesAFileOfALaterVersionWhereItIs() throws Exception {
        Path file = deadRun();
        Files.writeString(file, checked("holdfast-journal/2 member=broker-7"));

        try (SessionJournal journal = open()) {
            assertThat(journal.previousRuns()).isEmpty();
        }
        assertThat(file).exists();
        assertWarned(file, "another version of Holdfast");
    }

    private static String checked(String record) {
        CRC32 crc = new CRC32();
        crc.update(record.getBytes(US_ASCII));
        return record + " crc=" + String.format("%08x", crc.getValue()) + '\n';
    }

    @Test
    void clearsAwayWhatARunThatDiedWhileItStartedHasLeft() throws Exception {
        deadRun();
        Path unfinished = Files.createFile(directory.resolve(MEMBER + '.' + DEAD + ".0123456789abcdef.new"));
        Path notOurs = Files.createFile(directory.resolve("broker-70." + DEAD + ".0123456789abcdef.new"));

        try (SessionJournal journal = open()) {
            assertThat(journal.previousRuns()).containsExactly(SESSION);
        }
        assertThat(unfinished).doesNotExist();
        assertThat(notOurs).exists();
        assertThat(log.list).isEmpty();
    }

    private void assertWarned(Path file, String what) {
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(message -> assertThat(message)
                        .contains(file.getFileName().toString())
                        .contains(what));
    }
}
