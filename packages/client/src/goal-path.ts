/** Below `/v1/`. An id leads nowhere else, whatever it holds. */
export function goalPath(id: string): string {
  return `goals/${encodeURIComponent(id)}`;
}
