import { expect, test } from 'vitest';
import { countTests } from './verification.mjs';

const passed = { status: 'passed' };
const failed = { status: 'failed' };

test('counts tests, not files', () => {
  const testResults = [
    { status: 'passed', assertionResults: [passed, passed] },
    { status: 'failed', assertionResults: [passed, failed] },
  ];
  expect(countTests({ numPassedTests: 3, numFailedTests: 1, testResults })).toEqual({ passed: 3, failed: 1 });
});

test('a file that never got to its tests, or broke beside them, counts as one failed test', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [passed] },
  ];
  expect(countTests({ numPassedTests: 1, numFailedTests: 0, testResults })).toEqual({ passed: 1, failed: 2 });
});
