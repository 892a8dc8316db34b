import { expect, test } from 'vitest';
import type { LlmBlock } from './llm.ts';
import { joinedSources, sourcesOf } from './web-sources.ts';

const searched: LlmBlock = {
  type: 'web_search_tool_result',
  content: [
    { type: 'web_search_result', url: 'https://a.example/1', title: 'One' },
    { type: 'web_search_result', url: 'https://a.example/2', title: 'Two' },
  ],
};
const fetched: LlmBlock = {
  type: 'web_fetch_tool_result',
  content: {
    type: 'web_fetch_result',
    url: 'https://a.example/3',
    content: { type: 'document', title: null },
  },
};

function cites(...urls: readonly unknown[]): LlmBlock {
  return { type: 'text', text: 't', citations: urls.map((url) => ({ url, title: null })) };
}

test('what is cited comes first, then what was fetched, then what was found, each once', () => {
  expect(sourcesOf([searched, fetched, cites('https://a.example/2', 'https://a.example/2')])).toEqual([
    { url: 'https://a.example/2', title: 'Two' },
    { url: 'https://a.example/3', title: null },
    { url: 'https://a.example/1', title: 'One' },
  ]);
});

test('errors, other places than the web, and what is no source are left out', () => {
  const failed = { type: 'web_search_tool_result', content: { error_code: 'unavailable' } };
  const pageFailed = { type: 'web_fetch_tool_result', content: { error_code: 'url_not_accessible' } };
  const odd = cites(
    'ftp://a.example',
    'https://a.example/\n[x](b)',
    'javascript:alert(1)',
    7,
    `https://a.example/${'x'.repeat(3_000)}`,
  );
  expect(sourcesOf([failed, pageFailed, odd, { type: 'text', citations: null }, { type: 'odd' }])).toEqual(
    [],
  );
});

test('at most fifty are kept, and long titles are cut', () => {
  const many = Array.from({ length: 80 }, (_, index) => ({ url: `https://a.example/${index}`, title: null }));
  expect(joinedSources(many)).toHaveLength(50);
  const [source] = sourcesOf([
    { type: 'web_search_tool_result', content: [{ url: 'https://a.example', title: ` ${'t'.repeat(500)}` }] },
  ]);
  expect(source?.title).toHaveLength(300);
});
