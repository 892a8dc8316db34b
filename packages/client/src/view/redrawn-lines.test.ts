import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { openRedrawnLines } from './redrawn-lines.ts';

describe('redrawn lines', () => {
  it('stand in place of the ones before, longer or shorter', () => {
    const terminal = fakeTerminal();
    terminal.write('before\n');
    const lines = openRedrawnLines(terminal);
    lines.draw(['a long first line', 'second', 'third']);
    expect(terminal.screen()).toEqual(['before', 'a long first line', 'second', 'third']);
    lines.draw(['short', 'second']);
    expect(terminal.screen()).toEqual(['before', 'short', 'second']);
    lines.draw(['one', 'two', 'three', 'four']);
    expect(terminal.screen()).toEqual(['before', 'one', 'two', 'three', 'four']);
  });

  it('are written only when they differ', () => {
    const terminal = fakeTerminal();
    const lines = openRedrawnLines(terminal);
    lines.draw(['same']);
    terminal.clear();
    lines.draw(['same']);
    expect(terminal.written()).toBe('');
  });

  it('go up by the rows that they take on a terminal made narrower, and are drawn again for it', () => {
    const terminal = fakeTerminal(100);
    const lines = openRedrawnLines(terminal);
    lines.draw(['\u001b[1mbold\u001b[0m'.padEnd(98), '日'.repeat(40), '']);
    terminal.clear();
    terminal.columns = 50;
    lines.draw(['\u001b[1mbold\u001b[0m'.padEnd(98), '日'.repeat(40), '']);
    expect(terminal.written()).toContain('\r\u001b[5A');
  });

  it('hide the cursor until closed, once, and stay as they are then', () => {
    const terminal = fakeTerminal();
    const lines = openRedrawnLines(terminal);
    lines.draw(['last']);
    expect(terminal.cursorShown()).toBe(false);
    lines.close();
    lines.close();
    lines.draw(['too late']);
    expect(terminal.cursorShown()).toBe(true);
    expect(terminal.written().match(/\?25h/g)).toHaveLength(1);
    expect(terminal.screen()).toEqual(['last']);
  });
});
