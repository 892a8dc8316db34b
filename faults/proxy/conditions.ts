/** What a proxy does to the bytes of all its connections at this moment. */
export class Conditions {
  isFrozen = false;
  /** ms that every byte takes longer, each way. */
  latencyMs = 0;
  /** Bytes towards clients until the connection that carries the last one is cut; null: none is. */
  bytesUntilCut: number | null = null;
}
