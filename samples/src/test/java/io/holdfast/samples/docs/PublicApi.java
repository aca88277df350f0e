// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public types of one published module, and their members as lines of text. */
final class PublicApi {

    private final List<Class<?>> types;

    /** @param ofModule any class of the module */
    PublicApi(Class<?> ofModule) {
        Location module =
                Location.of(ofModule.getProtectionDomain().getCodeSource().getLocation());
        types = new ClassFileImporter()
                .importLocations(List.of(module)).stream()
                        .filter(type -> !type.getPackageName().contains(".internal"))
                        .filter(PublicApi::isVisible)
                        .map(JavaClass::reflect)
                        .sorted(Comparator.comparing(Class::getName))
                        .collect(Collectors.toList());
    }

    /** Returns the types that are not inside of another one. */
    List<String> topLevelTypes() {
        return types.stream()
                .filter(type -> type.getEnclosingClass() == null)
                .map(Class::getName)
                .toList();
    }

    /** Returns a line for each type and for each of its visible members, in an order that never changes. */
    List<String> lines() {
        return types.stream().flatMap(PublicApi::lines).toList();
    }

    /** Returns the lines of all types but those of one package. */
    List<String> linesOutside(String packageName) {
        return types.stream()
                .filter(type -> !type.getPackageName().equals(packageName))
                .flatMap(PublicApi::lines)
                .toList();
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(PublicApi::isVisible).orElse(true);
    }

    private static Stream<String> lines(Class<?> type) {
        Stream<String> members = Stream.of(
                        Arrays.stream(type.getDeclaredFields())
                                .filter(PublicApi::isVisible)
                                .map(Field::toGenericString),
                        Arrays.stream(type.getDeclaredConstructors())
                                .filter(PublicApi::isVisible)
                                .map(Constructor::toGenericString),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(PublicApi::isVisible)
                                .map(Method::toGenericString))
                .flatMap(lines -> lines)
                .sorted()
                .map(line -> "    " + withoutOwner(line, type));
        return Stream.concat(Stream.of(heading(type)), members);
    }

    /** The type is named in its heading, and everything that is listed is public or protected. */
    private static String withoutOwner(String member, Class<?> owner) {
        return member.replace(owner.getTypeName() + ".", "")
                .replace("public ", "")
                .replace("abstract ", "");
    }

    private static String heading(Class<?> type) {
        List<String> above = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()).filter(each -> each != Object.class),
                        Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .toList();
        return type.toGenericString() + (above.isEmpty() ? "" : " : " + String.join(", ", above));
    }

    private static boolean isVisible(Member member) {
        int modifiers = member.getModifiers();
        return (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)) && !member.isSynthetic();
    }
}
