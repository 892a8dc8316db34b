const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** The text with every character of its code (fenced blocks and code spans) blanked: lengths and line breaks stay. */
export function proseOf(markdown: string): string {
  const lines = markdown.split('\n');
  const shown: string[] = [];
  let fence: string | null = null;
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) shown.push(...withoutCodeSpans(paragraph.join('\n')).split('\n'));
    paragraph = [];
  };
  for (const line of lines) {
    const [, marks = '', rest = ''] = FENCE.exec(line) ?? [];
    if (fence !== null) {
      shown.push(blank(line));
      if (marks.startsWith(fence) && rest.trim() === '') fence = null;
    } else if (marks !== '' && !(marks.startsWith('`') && rest.includes('`'))) {
      flush();
      shown.push(blank(line));
      fence = marks;
    } else {
      paragraph.push(line);
      if (line.trim() === '') flush();
    }
  }
  flush();
  return shown.join('\n');
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

/** A code span ends at the next run of as many backticks as began it; a run without such an end is text. */
function withoutCodeSpans(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/g)].map(({ index, 0: { length } }) => ({ index, length }));
  const next = new Map<number, number>();
  const ends = runs.map(() => -1);
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const { length } = runs[at] ?? { length: 0 };
    ends[at] = next.get(length) ?? -1;
    next.set(length, at);
  }
  let text = '';
  let from = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const opening = runs[at];
    const closing = runs[ends[at] ?? -1];
    if (!opening || !closing) continue;
    const end = closing.index + closing.length;
    text += paragraph.slice(from, opening.index) + blank(paragraph.slice(opening.index, end));
    from = end;
    at = ends[at] ?? at;
  }
  return text + paragraph.slice(from);
}
