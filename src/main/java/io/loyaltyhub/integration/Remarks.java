package io.loyaltyhub.integration;

import java.util.List;
import java.util.Locale;

/** What a feature has to tell a merchant of an integration that works all the same. Every feature that has, implements this. */
public interface Remarks {

    /** What is to be seen to before it is activated, and stays to be seen to after it. */
    List<OperationApi.Remark> onSetup(Integration integration, Locale locale);

    /** What went wrong lately. */
    List<OperationApi.Remark> onEvents(Integration integration, Locale locale);
}
