import { describe, expect, it } from 'vitest';
import { chromiumPath, missingChromium } from '../../scripts/chromium.ts';

const nowhere = (): boolean => false;

describe('the browser of the end-to-end tests', () => {
  it('is the one that CHROMIUM names, else that of the system', () => {
    expect(chromiumPath({ CHROMIUM: '/opt/chromium' })).toBe('/opt/chromium');
    expect(chromiumPath({})).toBe('/usr/bin/chromium');
    expect(missingChromium({}, () => true)).toBeUndefined();
  });

  it('may be missing on a desk, loudly, but not on a build machine', () => {
    expect(missingChromium({ CHROMIUM: '/opt/none' }, nowhere)).toMatchObject({
      isFailure: false,
      message: expect.stringContaining('SKIPPED, because there is no browser at /opt/none'),
    });
    expect(missingChromium({ CI: 'true' }, nowhere)).toMatchObject({ isFailure: true });
    expect(missingChromium({ CI: '' }, nowhere)).toMatchObject({ isFailure: false });
  });
});
