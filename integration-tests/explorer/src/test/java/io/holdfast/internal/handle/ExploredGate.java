// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

/** The real {@link OperationGate}, for an explorer that plays the handle in front of which it stands. */
public final class ExploredGate {

    private final OperationGate gate = new OperationGate(() -> {}, () -> {});

    public void hold() {
        gate.hold();
    }

    public void open() {
        gate.open();
    }

    public void over() {
        gate.over();
    }

    public void refuse() {
        gate.refuse();
    }

    public void connectionLost() {
        gate.connectionLost();
    }

    public boolean sendIfOpen(Runnable send) {
        return gate.sendIfOpen(send);
    }

    public boolean isOver() {
        return gate.isOver();
    }
}
