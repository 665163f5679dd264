import { describe, expect, it } from 'vitest';
import { checkBaseUrl, joinUrl, path } from '../../../connectors/kit/urls.ts';

const codeOf = (doing: () => unknown): unknown => {
  try {
    return doing();
  } catch (thrown) {
    return (thrown as { code?: string }).code;
  }
};

describe('addresses', () => {
  it('takes https anywhere and http on this machine only', () => {
    expect(checkBaseUrl(' https://api.example.com/base/ ', 'API')).toBe('https://api.example.com/base');
    expect(checkBaseUrl('http://127.0.0.1:8080', 'API')).toBe('http://127.0.0.1:8080');
    expect(checkBaseUrl('http://[::1]:8080', 'API')).toBe('http://[::1]:8080');
    expect(codeOf(() => checkBaseUrl('http://127.0.0.1.evil.example', 'API'))).toBe('connection.insecureAddress');
    expect(codeOf(() => checkBaseUrl('ftp://x', 'API'))).toBe('connection.invalidField');
    expect(codeOf(() => checkBaseUrl('https://a:b@x', 'API'))).toBe('connection.invalidField');
    expect(codeOf(() => checkBaseUrl(undefined, 'API'))).toBe('connection.missingField');
  });

  it('keeps values inside their place of a path', () => {
    expect(path`/projects/${'a/../b?c'}/x`).toBe('/projects/a%2F..%2Fb%3Fc/x');
    expect(codeOf(() => path`/projects/${'..'}`)).toBe('data.badValue');
    expect(codeOf(() => path`/projects/${''}`)).toBe('data.badValue');
  });

  it('joins queries, repeating lists and leaving out what is undefined', () => {
    expect(joinUrl('https://x/y', '/z', { 'filters[id][]': ['1', '2'], page: undefined, q: 'a b' })).toBe(
      'https://x/y/z?filters%5Bid%5D%5B%5D=1&filters%5Bid%5D%5B%5D=2&q=a+b',
    );
    expect(joinUrl('https://x/token', '')).toBe('https://x/token');
  });
});
