/** Whether a text is a markdown list and nothing else. */
export function isPlainList(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.every((line) => /^\s*(?:[-*]|\d+\.)\s+\S/.test(line));
}
