/** A fault in what the operator set up: told in words, and not mended by starting again. */
export class SetupError extends Error {
  override readonly name: string = 'SetupError';
}
