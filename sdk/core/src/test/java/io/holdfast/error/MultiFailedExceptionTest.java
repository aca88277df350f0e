// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MultiFailedExceptionTest {

    private static final List<String> PATHS = List.of("/a", "/b", "/c");

    static Stream<Arguments> answers() {
        return Stream.of(
                row("the first step is refused", Code.NONODE, results(Code.NONODE, RUNTIME, RUNTIME), 0, "/a"),
                row("a later step is refused", Code.BADVERSION, results(Code.OK, Code.BADVERSION, RUNTIME), 1, "/b"),
                row("the last step is refused", Code.NODEEXISTS, results(Code.OK, Code.OK, Code.NODEEXISTS), 2, "/c"),
                row("nothing came back", Code.CONNECTIONLOSS, List.of(), -1, "/a"));
    }

    private static final Code RUNTIME = Code.RUNTIMEINCONSISTENCY;

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void namesTheStepThatWasRefused(String what, Code code, List<OpResult> results, int operation, String path) {
        MultiFailedException failure = MultiFailedException.of(code, PATHS, results);

        assertThat(failure.operation()).isEqualTo(operation);
        assertThat(failure.getPath()).isEqualTo(path);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageContaining(code.name()).hasMessageContaining(path);
        assertThat(MultiFailedException.operationOf(new CompletionException(failure)))
                .isEqualTo(operation);
    }

    @Test
    void anotherFailureNamesNone() {
        assertThat(MultiFailedException.operationOf(KeeperException.create(Code.NONODE, "/a")))
                .isEqualTo(MultiFailedException.NONE);
    }

    private static Arguments row(String what, Code code, List<OpResult> results, int operation, String path) {
        return Arguments.of(what, code, results, operation, path);
    }

    private static List<OpResult> results(Code... codes) {
        return Stream.of(codes)
                .map(code -> (OpResult) new ErrorResult(code.intValue()))
                .toList();
    }
}
