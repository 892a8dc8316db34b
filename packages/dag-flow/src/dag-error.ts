/** Why a DAG, or a job said to come from one, was refused. Every one is a caller's mistake: retrying cannot help. */
export type DagErrorCode =
  | 'too_many_nodes'
  | 'duplicate_node'
  | 'unknown_dependency'
  | 'self_dependency'
  | 'cycle'
  | 'illegal_id'
  | 'illegal_queue'
  | 'illegal_priority'
  | 'reserved_key'
  | 'not_compiled';

export interface DagErrorDetails {
  /** The nodes concerned; for a cycle, each node followed by the dependency that closes the circle. */
  readonly nodes?: readonly string[];
}

export class DagError extends Error {
  override readonly name = 'DagError';
  readonly code: DagErrorCode;
  readonly nodes: readonly string[];

  constructor(code: DagErrorCode, message: string, details: DagErrorDetails = {}) {
    super(message);
    this.code = code;
    this.nodes = details.nodes ?? [];
  }
}
