package io.loyaltyhub.ops;

import javax.management.ObjectInstance;
import org.jolokia.service.jmx.api.CacheKeyProvider;

/**
 * Tells the console's agent which of Camel's beans are described alike: all of one class. A hub has some 2,400 of them, and
 * the console asks for every one's attributes and operations again and again: 20 MB, and seconds of work, where a
 * description for each of some 40 classes says the same.
 *
 * <p>Camel's own endpoints and components may add to what their class says, so only what is always alike is named here.
 * Jolokia finds this class by {@code META-INF/jolokia/services}, and makes it with the order given there.
 */
public final class CamelBeanKinds extends CacheKeyProvider {

    private static final String CAMEL = "org.apache.camel";
    /** Beans of Camel's core; others, the HTTP endpoint's for one, merge what two classes say. */
    private static final String CORE = "org.apache.camel.management.mbean.";

    public CamelBeanKinds(int order) {
        super(order);
    }

    @Override
    public String determineKey(ObjectInstance bean) {
        return CAMEL.equals(bean.getObjectName().getDomain()) && bean.getClassName().startsWith(CORE) ? CAMEL + ":" + bean.getClassName() : null;
    }
}
