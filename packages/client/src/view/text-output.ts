/** Where text goes, and what can be shown there. */
export interface TextOutput {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** The size now; a terminal's may change. Lines of what is no terminal have no limit. */
  readonly columns: number;
  readonly rows: number;
}
