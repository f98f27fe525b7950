package io.loyaltyhub.reward;

import io.loyaltyhub.integration.Integration;

/**
 * One reading of an integration's feed by this node, and the claim it is done under.
 *
 * @param etag, lastModified what the shop said at the last reading of this address; null where it said nothing
 */
record CatalogRun(Integration integration, long id, long fencing, String etag, String lastModified) {
}
