// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application without jackson-core on its class path. */
class JacksonIsOptionalTest {
    private URLClassLoader withoutJackson;
    private Class<?> tagFormat;

    @BeforeEach
    void loadTheSdkOnceMore() throws Exception {
        URL sdk = TagFormat.class.getProtectionDomain().getCodeSource().getLocation();
        withoutJackson = new URLClassLoader(new URL[] {sdk}, ClassLoader.getPlatformClassLoader());
        tagFormat = withoutJackson.loadClass(TagFormat.class.getName());
    }

    @AfterEach
    void close() throws Exception {
        withoutJackson.close();
    }

    @Test
    void namesTheMissingDependencyWhenTheJsonFormatIsAskedFor() {
        assertThat(tagFormat).isNotEqualTo(TagFormat.class);

        assertThatThrownBy(() -> tagFormat.getMethod("jsonField").invoke(null))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("com.fasterxml.jackson.core:jackson-core")
                .hasMessageContaining("jsonField()")
                .hasMessageContaining("add that dependency");
    }

    @Test
    void offersTheOtherFormatsAllTheSame() throws Exception {
        assertThat(tagFormat.getMethod("envelope").invoke(null)).hasToString("envelope");
        assertThat(tagFormat.getMethod("ownerOnly").invoke(null)).hasToString("ownerOnly");
    }
}
