package io.loyaltyhub.reward;

import io.loyaltyhub.integration.Integration;

/**
 * One reading of an integration's feed by this node, and the claim it is done under.
 *
 * @param sameAddress whether what is known came from this address
 * @param etag, lastModified what the shop said at the last reading of this address; null where it said nothing
 */
record CatalogRun(Integration integration, long id, long fencing, boolean sameAddress, String etag, String lastModified) {
}
