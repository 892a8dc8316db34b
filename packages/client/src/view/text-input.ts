/** Where text comes from. */
export interface TextInput {
  readonly isTerminal: boolean;
  /** All of it, once it has ended. */
  text(): Promise<string>;
  /** The next line, null when there is none any more. Rejects with the signal's reason. */
  line(signal: AbortSignal): Promise<string | null>;
  /**
   * Of a terminal: tells each key as it is pressed (`q`, `tab`, `shift-tab`, `left`, `ctrl-c`, …), none of which is shown there, until
   * what is returned is called.
   */
  keys(listener: (key: string) => void): () => void;
}
