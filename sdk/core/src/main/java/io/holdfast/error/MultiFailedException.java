// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;

/** A multi of which nothing was done, with the operation that the ensemble refused where it has named one. */
public final class MultiFailedException extends KeeperException {

    private static final long serialVersionUID = 1L;

    /** No operation is to blame: the whole request failed. */
    public static final int NONE = -1;

    private final String path;
    private final int operation;

    private MultiFailedException(Code code, String path, int operation) {
        super(code);
        this.path = path;
        this.operation = operation;
    }

    /**
     * Returns the failure of a multi.
     *
     * @param code its code
     * @param paths the path of each operation
     * @param results what came back for each operation, possibly nothing
     */
    public static MultiFailedException of(Code code, List<String> paths, List<OpResult> results) {
        for (int i = 0; i < results.size() && i < paths.size(); i++) {
            if (results.get(i) instanceof ErrorResult error && error.getErr() == code.intValue()) {
                return new MultiFailedException(code, paths.get(i), i);
            }
        }
        return new MultiFailedException(code, paths.isEmpty() ? "multi" : paths.get(0), NONE);
    }

    /** Returns the index of the operation that made a multi fail, {@link #NONE} if the failure does not tell. */
    public static int operationOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof MultiFailedException multi ? multi.operation() : NONE;
    }

    @Override
    public String getPath() {
        return path;
    }

    @Override
    public String getMessage() {
        return "KeeperErrorCode = " + code() + " for " + path;
    }

    /** Returns the index of the operation that was refused, or {@link #NONE}. */
    public int operation() {
        return operation;
    }
}
