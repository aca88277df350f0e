// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.holdfast.samples.scene.GivenUpSession;
import io.holdfast.samples.scene.OutlivingNode;
import io.holdfast.samples.scene.Scene;
import io.holdfast.samples.scene.UnknownSession;
import io.holdfast.samples.scene.VanishingNode;
import io.holdfast.samples.screen.Narrator;
import io.holdfast.samples.stage.OwnStage;
import io.holdfast.samples.stage.Servers;
import io.holdfast.samples.stage.Stage;
import io.holdfast.samples.stage.StageException;
import io.holdfast.samples.stage.UserStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays two failures of ephemeral nodes to an ordinary client and to Holdfast, side by side, on real servers. */
@Command(
        name = "show-failures",
        mixinStandardHelpOptions = true,
        version = "Holdfast 0.1.0-SNAPSHOT",
        sortOptions = false,
        abbreviateSynopsis = false,
        header =
                "Plays two failures of ephemeral nodes to an ordinary client and to Holdfast, side by side, on real servers.%n",
        description = {
            "Starts three ZooKeeper servers, hurts them, and shows for each node what its client says and what the"
                    + " servers have. Takes about a minute. With --connect it runs on your servers instead and does nothing"
                    + " to them: only its own clients and the network before them fail.%n"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:Holdfast kept every node, and the ordinary client was hurt by both failures",
            " 1:Holdfast failed",
            " 2:the ordinary client was not hurt, so nothing is proven",
            "64:wrong arguments",
            "69:the servers cannot be started, reached or used",
            "70:the program itself failed"
        },
        exitCodeOnInvalidInput = 64,
        exitCodeOnExecutionException = 70)
public final class ShowFailures implements Callable<Integer> {

    private static final int UNAVAILABLE = 69;

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT[,HOST:PORT...][/CHROOT]",
            description = "Run on these servers: plain connections, no authentication.")
    private @Nullable String connect;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description =
                    "With --connect: the only path to touch. Must not exist, its parent must; it is deleted at the end."
                            + " Default: /holdfast-show- and a random number.")
    private @Nullable String path;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where to write the timeline as an SVG picture. Default: two-failures.svg, in target if there is"
                            + " such a directory here.")
    private @Nullable Path out;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only the verdict and where the picture is.")
    private boolean quiet;

    @Option(names = "--log", description = "Let the libraries write their log to the standard error.")
    private boolean log;

    @Spec
    private @Nullable CommandSpec spec;

    ShowFailures() {}

    /** Runs the program and ends this JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs the program and returns its exit code. */
    static int run(String... arguments) {
        return newCommandLine().execute(arguments);
    }

    static CommandLine newCommandLine() {
        return new CommandLine(new ShowFailures()).setParameterExceptionHandler((refusal, arguments) -> {
            CommandLine refusing = refusal.getCommandLine();
            refusing.getErr().println("show-failures: " + refusal.getMessage() + "\nTry --help.");
            return refusing.getCommandSpec().exitCodeOnInvalidInput();
        });
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        @Nullable Servers servers = connect == null ? null : checked("--connect", connect, Servers::parse);
        if (path != null && servers == null) {
            throw new ParameterException(commandLine(), "--path needs --connect");
        }
        String root =
                path == null ? "/holdfast-show-" + UUID.randomUUID().toString().substring(0, 8) : path;
        checked("--path", root, ShowFailures::validatedPath);
        Path picture = writable(out == null ? defaultPicture() : out);
        if (!log) {
            ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
        }
        Narrator narrator = new Narrator(System.out, quiet);
        narrator.heading("Two failures of ephemeral nodes, an ordinary client and Holdfast side by side");
        try (Stage stage = servers == null ? OwnStage.start(narrator) : UserStage.open(servers, root, narrator)) {
            return new Show(narrator, stage.description(), picture).play(scenes(stage, narrator));
        } catch (StageException e) {
            System.err.println("show-failures: " + e.getMessage());
            return UNAVAILABLE;
        }
    }

    private static List<Scene> scenes(Stage stage, Narrator narrator) {
        return stage instanceof OwnStage own
                ? List.of(new VanishingNode(own, narrator), new OutlivingNode(own, narrator))
                : List.of(new GivenUpSession(stage, narrator), new UnknownSession(stage, narrator));
    }

    private <T> T checked(String option, String value, Function<String, T> reader) {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), option + " is '" + value + "': " + e.getMessage(), e);
        }
    }

    private static String validatedPath(String value) {
        PathUtils.validatePath(value);
        if (value.equals("/")) {
            throw new IllegalArgumentException("the show deletes its path at the end, so it must not be the root");
        }
        return value;
    }

    private static Path defaultPicture() {
        Path build = Path.of("target");
        return Files.isDirectory(build) ? build.resolve("two-failures.svg") : Path.of("two-failures.svg");
    }

    /** Better to learn now than after a minute that there is no place for the picture. */
    private Path writable(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        if (directory == null || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new ParameterException(
                    commandLine(),
                    String.format(
                            Locale.ROOT, "--out is '%s': %s is no directory that can be written", file, directory));
        }
        if (Files.isDirectory(absolute)) {
            throw new ParameterException(commandLine(), "--out is '" + file + "', which is a directory");
        }
        return absolute;
    }

    private CommandLine commandLine() {
        return spec == null ? new CommandLine(this) : spec.commandLine();
    }
}
