// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.function.Supplier;

/** What one does with registrations after the first steps. */
final class Keeping {

    private Keeping() {}

    static Registration withOptions(HoldfastClient client, Supplier<byte[]> loadReport) {
        // tag::options[]
        RegistrationOptions options = RegistrationOptions.builder()
                .format(TagFormat.jsonField()) // the tag becomes one more member of the JSON object
                .parents(Parents.CONTAINER)
                .takeOverUnknownGhosts("/guards/workers") // only where the newest process is always the right one
                .waitLimit(Duration.ofMinutes(2))
                .build();
        Registration worker = client.register("/workers/12", loadReport, options);
        // end::options[]
        return worker;
    }

    static void listen(Registration registration) {
        // tag::listen[]
        registration.addListener((from, to) -> {
            if (to instanceof Registered registered) {
                System.out.println(
                        "registered, token " + registered.registered().czxid());
            } else if (to instanceof Waiting waiting) {
                System.out.println("waiting for " + waiting.what());
            } else if (to instanceof Failed failed) {
                System.out.println("given up: " + failed.error().getMessage());
            }
        });
        // end::listen[]
    }

    static void handle(Registration registration) throws InterruptedException {
        // tag::failures[]
        try {
            RegisteredNode node = registration.awaitRegistered(Duration.ofSeconds(30));
            System.out.println("registered in session " + node.session());
        } catch (SessionNotConfirmedException e) {
            System.out.println("not yet: " + e.getMessage()); // it keeps trying; wait again, or close it
        } catch (OwnershipConflictException e) {
            System.out.println("taken by session 0x" + Long.toHexString(e.ownerSessionId())); // choose another path
        } catch (HoldfastException e) {
            System.out.println("never: " + e.getMessage()); // the message names the setting to mend
        }
        // end::failures[]
    }

    static void act(HoldfastClient client, Runnable write) throws InterruptedException {
        // tag::safety[]
        Session session = client.awaitConfirmed(Duration.ofSeconds(30));
        try (Safety safety = session.safety()) { // while it is open, the quorum is asked every sixth of the timeout
            if (safety.await(Duration.ofSeconds(30))) {
                safety.require(Duration.ofSeconds(2)); // throws unless two more seconds are certain
                write.run();
            }
        }
        // end::safety[]
    }
}
