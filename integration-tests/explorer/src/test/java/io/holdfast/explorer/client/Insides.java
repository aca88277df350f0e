// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.internal.registration.Registrations;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes down the inside of the registration machine, for two states of it to be told apart: every field of every object of
 * its package that can be reached, in the order of declaration. What is the same for the whole run, and random, is left out:
 * the context, the tag's nonce, the data.
 */
final class Insides {

    private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();
    private static final Set<String> LEFT_OUT = Set.of(
            "context",
            "claim",
            "claims",
            "options",
            "rules",
            "path",
            "data",
            "payloadFormat",
            "notifier",
            "waits",
            "over",
            "blocked",
            "observer",
            "ticker",
            "loop",
            "unregisteredSince",
            "mover",
            "isOver",
            "onOver",
            "vacated");

    private final Registrations root;
    private Object driver;

    Insides(Registrations root) {
        this.root = root;
    }

    /** Returns the number of the registration's current step. */
    long step() {
        try {
            if (driver == null) {
                Collection<?> drivers =
                        (Collection<?>) field(Registrations.class, "drivers").get(root);
                if (drivers.isEmpty()) {
                    return 0;
                }
                driver = drivers.iterator().next();
            }
            Object machine = field(driver.getClass(), "machine").get(driver);
            Object pace = field(machine.getClass(), "pace").get(machine);
            return field(pace.getClass(), "step").getLong(pace);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    void describe(StringBuilder text) {
        write(root, text, new IdentityHashMap<>());
    }

    private static void write(Object value, StringBuilder text, Map<Object, Integer> seen) {
        if (value == null) {
            text.append('-');
        } else if (value instanceof Number || value instanceof Boolean || value instanceof Enum<?>) {
            text.append(value);
        } else if (value instanceof String string) {
            text.append(string);
        } else if (value instanceof Duration duration) {
            text.append(ModelClock.rounded(duration.toNanos()));
        } else if (value instanceof CompletableFuture<?> future) {
            text.append(future.isDone() ? 'd' : 'p');
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), text, seen);
        } else if (value instanceof Collection<?> collection) {
            text.append('[');
            collection.forEach(each -> write(each, text.append(' '), seen));
            text.append(']');
        } else if (isExplorers(value.getClass())) {
            text.append('*');
        } else if (value.getClass().getName().startsWith("io.holdfast.")
                && !value.getClass().isHidden()
                && !value.getClass().isSynthetic()) {
            if (seen.putIfAbsent(value, seen.size()) != null) {
                text.append('^').append(seen.get(value));
                return;
            }
            text.append(value.getClass().getSimpleName(), 0, 3).append('(');
            for (Field field : FIELDS.computeIfAbsent(value.getClass(), Insides::fields)) {
                try {
                    write(field.get(value), text.append(' '), seen);
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
            text.append(')');
        }
    }

    private static boolean isExplorers(Class<?> of) {
        return of.getName().startsWith("io.holdfast.explorer.");
    }

    private static List<Field> fields(Class<?> of) {
        return Arrays.stream(of.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                .filter(field -> !field.getType().isArray() && !LEFT_OUT.contains(field.getName()))
                .peek(field -> field.setAccessible(true))
                .toList();
    }

    private static Field field(Class<?> of, String name) {
        try {
            Field field = of.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }
}
