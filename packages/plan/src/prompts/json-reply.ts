/** JSON asked for in words, for endpoints that can't be held to a schema, and read back with forgiveness. */

/** The end of a system prompt that asks for JSON. */
export function jsonInstruction(schema: Readonly<Record<string, unknown>>): string {
  return `# Form of the reply
Reply with one JSON object alone: no text before or after it, and no code fence around it. Escape line breaks inside strings as \\n. The object must match this JSON schema:
${JSON.stringify(schema)}`;
}

/** Why a reply holds no readable object. `truncated`: an object begins and does not end. `invalid_json`: none parses. */
export type JsonReplyFault = 'empty' | 'no_object' | 'truncated' | 'invalid_json';

export type JsonReply =
  | { readonly kind: 'object'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly fault: JsonReplyFault; readonly message: string };

const messages: Readonly<Record<JsonReplyFault, string>> = {
  empty: 'The reply is empty: reply with one JSON object.',
  no_object: 'The reply holds no JSON object: reply with one JSON object, beginning with "{".',
  truncated:
    'The JSON object of the reply is cut off before its closing "}": reply with the whole object, shorter if need be.',
  invalid_json:
    'The reply is not valid JSON: reply with one JSON object, its strings in double quotes and escaped.',
};

/**
 * The reply's one object, whether bare, in a code fence, or with prose around it. Where the text holds several objects
 * the longest counts: the others are taken for remarks.
 */
export function parseJsonReply(text: string): JsonReply {
  const whole = parsed(text);
  if (whole !== null) return isObject(whole.value) ? { kind: 'object', ...whole } : unreadable('no_object');
  const regions = objectRegions(text).sort((left, right) => right.text.length - left.text.length);
  for (const region of regions) {
    if (!region.isClosed) return unreadable('truncated');
    const object = parsed(region.text);
    if (object !== null) return { kind: 'object', ...object };
  }
  if (regions.length > 0) return unreadable('invalid_json');
  return unreadable(text.trim() === '' ? 'empty' : 'no_object');
}

function unreadable(fault: JsonReplyFault): JsonReply {
  return { kind: 'unreadable', fault, message: messages[fault] };
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Region {
  readonly text: string;
  readonly isClosed: boolean;
}

/** Where objects may stand, none inside another: each begins at a brace that a key or a closing brace follows. */
function objectRegions(text: string): Region[] {
  const regions: Region[] = [];
  const opening = /\{\s*["}]/g;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const end = endOfObject(text, match.index);
    regions.push({ text: text.slice(match.index, end ?? text.length), isClosed: end !== null });
    if (end === null) break;
    opening.lastIndex = end;
  }
  return regions;
}

/** The index after the brace that closes the object which opens at `start`. Braces inside strings don't count. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let isInString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (isInString && character === '\\') index += 1;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && character === '{') depth += 1;
    else if (!isInString && character === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return null;
}
