import { describe, expect, it } from 'vitest';
import { looksLikeXml, readXmlPlan, XML_INSTRUCTION, type ReplyElement } from './xml-plan.ts';

function element(name: string, inner: string | ReplyElement[], isClosed = true): ReplyElement {
  if (typeof inner === 'string') return { name, children: [], text: inner, isClosed };
  return { name, children: inner, text: inner.map(({ text }) => text).join(''), isClosed };
}

function task(fields: Readonly<Record<string, string>>): ReplyElement {
  return element(
    'task',
    Object.entries(fields).map(([name, text]) => element(name, text)),
  );
}

const workers = ['researcher', 'writer', 'specialist'];
const read = (...tasks: ReplyElement[]) => readXmlPlan([element('tasks', tasks)], workers);

describe('a plan in XML', () => {
  it('is asked for in words', () => {
    expect(XML_INSTRUCTION).toContain('Reply in XML');
  });

  it('needs a type and a description alone', () => {
    expect(
      read(
        task({ type: 'Researcher', description: ' Do it. ' }),
        task({ id: 'b', type: 'writer', description: 'Write.' }),
      ),
    ).toEqual({
      kind: 'object',
      value: {
        mode: 'plan',
        analysis: '',
        answer: null,
        tasks: [
          {
            id: 'task-1',
            worker: 'researcher',
            approach: null,
            description: 'Do it.',
            requirements: [],
            dependencies: [],
            priority: 'medium',
            complexity: 'medium',
            why: null,
            focus: null,
            forEach: null,
          },
          expect.objectContaining({ id: 'b', worker: 'writer' }),
        ],
      },
    });
  });

  it('gives a type that nobody knows to the specialist, as the manner of it', () => {
    const custom = { tasks: [{ worker: 'specialist', approach: 'formal' }] };
    expect(read(task({ type: 'formal', description: 'Write.' }))).toMatchObject({ value: custom });
    const without = readXmlPlan(
      [element('tasks', [task({ type: 'formal', description: 'W.' })])],
      ['writer'],
    );
    expect(without).toMatchObject({ value: { tasks: [{ worker: 'formal', approach: null }] } });
  });

  it('takes lists as elements or as text, and ids that are free', () => {
    const listed = element('task', [
      element('id', 'task-2'),
      element('type', 'writer'),
      element('description', 'Write.'),
      element('requirements', [element('requirement', 'Short.'), element('requirement', 'In verse.')]),
      element('dependencies', ' a, b c'),
    ]);
    expect(read(listed, task({ type: 'writer', description: 'More.', dependencies: 'none' }))).toMatchObject({
      value: {
        tasks: [
          { id: 'task-2', requirements: ['Short.', 'In verse.'], dependencies: ['a', 'b', 'c'] },
          { id: 'task-3', dependencies: [] },
        ],
      },
    });
  });

  it('may be an answer', () => {
    expect(readXmlPlan([element('analysis', 'Easy.'), element('answer', '42')], workers)).toEqual({
      kind: 'object',
      value: { mode: 'direct', analysis: 'Easy.', answer: '42', tasks: [] },
    });
  });

  it('says what it lacks', () => {
    const messages = [
      readXmlPlan([], workers),
      readXmlPlan([element('tasks', [], false)], workers),
      read(),
      read(task({ type: 'writer', description: 'W.' }), task({ type: 'writer' })),
    ].map((reply) => (reply.kind === 'unreadable' ? reply.message : ''));
    expect(messages[0]).toContain('neither <tasks> nor <answer>');
    expect(messages[1]).toContain('</tasks>');
    expect(messages[2]).toContain('no <task>');
    expect(messages[3]).toContain('number 2');
  });

  it('is told from JSON that speaks of it', () => {
    expect(looksLikeXml('Here:\n<tasks>\n')).toBe(true);
    expect(looksLikeXml('```json\n{"answer": "<tasks> is an element"}')).toBe(false);
    expect(looksLikeXml('Two tasks.')).toBe(false);
  });
});
