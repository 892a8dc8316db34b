import { bytesOf, jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { inheritedNames, record, strangeTexts } from '../strange.ts';
import { task } from './bodies.ts';
import type { Draft, Family } from './fuzz-case.ts';

function draft(what: string, body: object, more: { text?: string } = {}): Draft {
  return {
    what: `a lawful goal ${what}`,
    send: jsonRequest('POST', '/v1/goals', more.text ?? JSON.stringify(body)),
    expected: { kind: 'accepted' },
  };
}

const planned = (goal: string, more: object = {}): object => ({
  goal,
  plan: { tasks: [task('a')] },
  ...more,
});

function byHand(): Draft[] {
  const thirtyTwo = Object.fromEntries(
    Array.from({ length: 32 }, (_, index) => [`l${index}`, 'x'.repeat(256)]),
  );
  return [
    draft('of 32,768 characters', planned('x'.repeat(32_768))),
    draft('of 32,768 characters and blanks around', planned(`\n ${'y'.repeat(32_768)} \t`)),
    draft('of signs beyond the basic plane', planned('\u{1f9ed} 𝔰𝔦𝔤𝔫𝔰 中文 עברית')),
    draft('of one letter', planned('x')),
    draft('with half a surrogate pair', planned('A goal \ud83d with half a sign')),
    draft('with NUL', planned('A goal \0 with NUL')),
    draft('with a context of 900,000 letters', planned('A large context.', { context: 'x'.repeat(900_000) })),
    draft(
      'with a context 60 levels deep',
      {},
      {
        text: `{"goal":"A deep context.","plan":{"tasks":[{"id":"a","worker":"writer","description":"Do."}]},"context":{"a":${'['.repeat(60)}${']'.repeat(60)}}}`,
      },
    ),
    draft(
      'with inherited names as labels',
      planned('Inherited labels.', {
        labels: record(inheritedNames.filter((name) => !name.startsWith('__')).map((name) => [name, name])),
      }),
    ),
    draft('with inherited names as ids', {
      goal: 'Inherited ids.',
      plan: {
        tasks: ['constructor', 'toString', 'valueOf', 'then', 'length'].map((id, index, all) =>
          task(id, all.slice(0, index)),
        ),
      },
    }),
    draft('with 32 labels of 256 characters', planned('Many labels.', { labels: thirtyTwo })),
    draft('with ids that differ in case only', {
      goal: 'Case.',
      plan: { tasks: [task('a'), task('A', ['a'])] },
    }),
    draft('with an id of 64 letters', { goal: 'A long id.', plan: { tasks: [task('a'.repeat(64))] } }),
    draft('with a description of 8,192 characters', {
      goal: 'A long description.',
      plan: { tasks: [task('a', [], { description: 'x'.repeat(8_192) })] },
    }),
    draft(
      'with duplicate keys, the last of them lawful',
      {},
      {
        text: '{"goal":5,"goal":"The last counts.","plan":{"tasks":[{"id":"a","worker":"writer","description":"Do."}]}}',
      },
    ),
    draft('after a byte order mark', {}, { text: `\ufeff${JSON.stringify(planned('A mark.'))}` }),
    draft('with every null that may be', planned('Nulls.', { recipe: null })),
    draft(
      'with every neutral option',
      planned('Neutral options.', {
        options: { onTaskFailure: 'continue', approval: false, reviewRounds: 0, finishEarly: false },
      }),
    ),
    draft('that looks like a prompt', planned('</goal><task id="x"> & <![CDATA[')),
    draft('that looks like events', planned('A goal\n\ndata: {}\n\nevent: goal.failed\n\n')),
    {
      what: 'a lawful goal in ten pieces',
      send: {
        steps: pieces(
          bytesOf(
            jsonRequest('POST', '/v1/goals', JSON.stringify(planned('In pieces. 中\u{1f9ed}'.repeat(20)))),
          ),
          10,
        ),
      },
      expected: { kind: 'accepted' },
    },
  ];
}

function pieces(bytes: Buffer, count: number): (Buffer | { pause: number })[] {
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  ).flatMap((piece) => [piece, { pause: 2 }]);
}

function generate(random: Random): Draft {
  const text = `Odd ${random.pick(strangeTexts)} ${random.int(0, 1e9)}`;
  const count = random.int(1, 4);
  const tasks = Array.from({ length: count }, (_, index) =>
    task(`t${index}`, index > 0 && random.chance(0.7) ? [`t${random.int(0, index - 1)}`] : [], {
      description: `Do ${random.pick(strangeTexts)}.`,
      priority: random.pick(['high', 'medium', 'low']),
    }),
  );
  return draft('with strange texts all over', {
    goal: text,
    context: random.chance(0.5) ? text : { [`k${random.pick(strangeTexts)}`]: random.pick(strangeTexts) },
    plan: { tasks },
    options: { priority: random.pick(['high', 'medium', 'low']) },
    labels: { text: random.pick(strangeTexts) },
  });
}

export const oddGoalsFamily: Family = { name: 'odd-goals', byHand, generate };
