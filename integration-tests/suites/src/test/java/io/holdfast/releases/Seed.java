// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import io.holdfast.releases.ServedRelease.Sessions;

/** The original reports, and what the first one has become since. */
enum Seed {
    LATE_CREATE_SESSION {
        @Override
        SeedFinding play(Stage stage) throws Exception {
            return LateCreateSession.play(stage);
        }
    },
    BORN_AFTER_EXPIRED {
        @Override
        boolean concerns(ServedRelease release) {
            return release.sessions() == Sessions.LOCAL;
        }

        @Override
        SeedFinding play(Stage stage) throws Exception {
            return BornAfterExpired.play(stage);
        }
    },
    DYING_SESSION {
        @Override
        SeedFinding play(Stage stage) throws Exception {
            return DyingSession.play(stage);
        }
    };

    abstract SeedFinding play(Stage stage) throws Exception;

    boolean concerns(ServedRelease release) {
        return true;
    }
}
