/** JSON asked for in words, for endpoints that can't be held to a schema, and read back with forgiveness. */

/** The end of a system prompt that asks for JSON. */
export function jsonInstruction(schema: Readonly<Record<string, unknown>>): string {
  return `# Form of the reply
Reply with one JSON object alone: no text before or after it, and no code fence around it. Escape line breaks inside strings as \\n. The object must match this JSON schema:
${JSON.stringify(schema)}`;
}

/** Why a reply holds no readable object. `truncated`: an object begins and does not end. */
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

/** The reply's one object, whether bare, in a code fence, or with prose around it. The first readable object counts. */
export function parseJsonReply(text: string): JsonReply {
  const whole = parsed(text);
  if (whole !== null) return whole;
  let fault: JsonReplyFault = text.trim() === '' ? 'empty' : 'no_object';
  for (let start = text.indexOf('{'); start !== -1;) {
    const end = endOfObject(text, start);
    if (end === -1) return unreadable(fault === 'invalid_json' ? fault : 'truncated');
    const object = parsed(text.slice(start, end));
    if (object !== null) return object;
    fault = 'invalid_json';
    start = text.indexOf('{', end);
  }
  return unreadable(fault);
}

function unreadable(fault: JsonReplyFault): JsonReply {
  return { kind: 'unreadable', fault, message: messages[fault] };
}

function parsed(text: string): JsonReply | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { kind: 'object', value }
      : null;
  } catch {
    return null;
  }
}

/** The index after the brace that closes the object which opens at `start`, or -1. Braces inside strings don't count. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let isInString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return -1;
}
