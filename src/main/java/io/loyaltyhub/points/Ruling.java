package io.loyaltyhub.points;

/** What a merchant says of a sale that was held: that it is one of its own, or that it is another source's once more. */
public enum Ruling { RELEASED, DISCARDED }
