package io.loyaltyhub.poll;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.points.Posted;
import java.util.List;

/** What is to be true together with a page's entries: runs in the page's transaction, at most one statement a page. */
public interface AfterPosting {

    void posted(Integration integration, List<Posted> posted);
}
