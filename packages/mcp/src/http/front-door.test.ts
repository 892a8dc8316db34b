import { describe, expect, it } from 'vitest';
import { admit, isNameless, openDoor, type DoorSettings } from './front-door.ts';

const local: DoorSettings = { host: '127.0.0.1', allowedHosts: [], requireKey: false };
const withKey = { authorization: 'Bearer abc' };

describe('the hosts by which it may be called', () => {
  it.each([
    [local, '127.0.0.1:3333', true],
    [local, 'localhost', true],
    [local, '[::1]:3333', true],
    [local, 'LOCALHOST:3333', true],
    [local, 'evil.example.com', false],
    [local, '127.0.0.1.evil.example.com', false],
    [local, 'evil.example.com:3333@localhost', false],
    [local, 'localhost@evil.example.com', false],
    [local, undefined, false],
    [{ ...local, host: '10.1.2.3' }, '10.1.2.3:3333', true],
    [{ ...local, host: 'fd00::1' }, '[fd00::1]:3333', true],
    [{ ...local, host: '0.0.0.0', allowedHosts: ['mcp.example.com'] }, 'MCP.example.com', true],
    [{ ...local, host: '0.0.0.0', allowedHosts: ['MCP.example.com'] }, 'mcp.example.com:80', true],
    [{ ...local, host: '0.0.0.0', allowedHosts: ['mcp.example.com'] }, '0.0.0.0', false],
    [{ ...local, host: '0.0.0.0', allowedHosts: ['mcp.example.com'] }, 'sub.mcp.example.com', false],
  ])('%o, called %s: %s', (settings, host, isAdmitted) => {
    expect(admit({ host, ...withKey }, openDoor(settings)).isAdmitted).toBe(isAdmitted);
  });

  it('must be named when the address is every address', () => {
    expect(isNameless({ host: '0.0.0.0', allowedHosts: [] })).toBe(true);
    expect(isNameless({ host: '::', allowedHosts: ['mcp.example.com'] })).toBe(false);
    expect(isNameless(local)).toBe(false);
  });
});

describe('a page in a browser', () => {
  it.each([
    ['http://localhost:5173', true],
    ['https://evil.example.com', false],
    ['null', false],
    ['file://', false],
  ])('of the origin %s: %s', (origin, isAdmitted) => {
    expect(admit({ host: 'localhost', origin, ...withKey }, openDoor(local)).isAdmitted).toBe(isAdmitted);
  });
});

describe('the key', () => {
  const host = '127.0.0.1:3333';

  it("is the caller's own wherever it sends one", () => {
    expect(admit({ host, authorization: 'bearer  k_1 ' }, openDoor(local))).toEqual({
      isAdmitted: true,
      apiKey: 'k_1',
    });
  });

  it("is this process's own for a caller on this machine that sends none", () => {
    expect(admit({ host }, openDoor(local))).toEqual({ isAdmitted: true, apiKey: null });
  });

  it.each([
    ['keys are required', { ...local, requireKey: true }, {}],
    ['the address is open to the network', { ...local, host: '10.1.2.3' }, {}],
    ['it is called by other names too', { ...local, allowedHosts: ['mcp.example.com'] }, {}],
    ['a proxy stands in between', local, { 'x-forwarded-for': '10.0.0.9' }],
    ['a proxy of another kind does', local, { forwarded: 'for=10.0.0.9' }],
  ] as const)('must be sent when %s', (_why, settings, headers) => {
    expect(admit({ host, ...headers }, openDoor(settings))).toMatchObject({ isAdmitted: false, status: 401 });
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Bearer ключ'])(
    'can not be %o, and none is lent in its place',
    (authorization) => {
      expect(admit({ host, authorization }, openDoor(local))).toMatchObject({
        isAdmitted: false,
        status: 401,
      });
    },
  );
});
