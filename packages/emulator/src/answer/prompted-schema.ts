import { isJsonObject, type JsonObject } from '../json.ts';

const ASKS_FOR_JSON = /\bone JSON object\b|\bJSON (?:object )?(?:alone|only)\b|\bonly (?:a |one )?JSON\b/i;

/** Where a system prompt asks for JSON in words, the schema it spells out after that; else null. */
export function promptedSchema(system: string): JsonObject | null {
  const asked = ASKS_FOR_JSON.exec(system);
  if (asked === null) return null;
  for (let start = system.indexOf('{', asked.index); start !== -1; start = system.indexOf('{', start + 1)) {
    const end = closingBrace(system, start);
    const schema = end === -1 ? null : parsed(system.slice(start, end + 1));
    if (schema !== null && (isJsonObject(schema['properties']) || Array.isArray(schema['anyOf'])))
      return schema;
  }
  return null;
}

function closingBrace(text: string, start: number): number {
  let depth = 0;
  let isInString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (isInString && character === '\\') index += 1;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && character === '{') depth += 1;
    else if (!isInString && character === '}') depth -= 1;
    if (depth === 0 && character === '}') return index;
  }
  return -1;
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
