/** Where text comes from. */
export interface TextInput {
  readonly isTerminal: boolean;
  /** All of it, once it has ended. */
  text(): Promise<string>;
  /** The next line, null when there is none any more. Rejects with the signal's reason. */
  line(signal: AbortSignal): Promise<string | null>;
}
