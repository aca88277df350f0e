// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import org.apache.zookeeper.KeeperException.Code;

/** Says in words why an ensemble lets a session own no ephemeral node, and which setting to check. */
public final class Refusal {

    public static final String AUTHENTICATION =
            "authentication failed: check the SASL (JAAS) and authorization settings of this client and of the servers";

    private Refusal() {}

    public static String of(Code code) {
        return switch (code) {
            case EPHEMERALONLOCALSESSION ->
                "the ensemble has local sessions and does not let them become global, so no "
                        + "client of it can own an ephemeral node: set localSessionsUpgradingEnabled=true (or "
                        + "localSessionsEnabled=false) on every server";
            case NOAUTH, AUTHFAILED, SESSIONCLOSEDREQUIRESASLAUTH ->
                "the ensemble answered " + code
                        + " to a create below a parent that does not exist: check the auth and SASL settings of this client "
                        + "and at enforce.auth.enabled on the servers";
            default -> "the ensemble answered " + code + " to a create below a parent that does not exist";
        };
    }
}
