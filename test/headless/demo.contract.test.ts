import { describe, expect, it } from 'vitest';
import { practiceCompany } from '../../connectors/kit/company/index.ts';
import { add, format, parse, zero } from '../../engine/model/decimal.ts';
import { type DemoResult, demo } from '../../headless/demo.ts';

const sum = (...amounts: string[]): string => format(amounts.map(parse).reduce(add, zero), 2);

describe('the demo', () => {
  it('posts the practice company once, explains the rest, and adds up to what the company billed', async () => {
    let out = '';
    const code = await demo(['--json'], (text) => {
      out += text;
    });
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(1);
    const result = JSON.parse(out) as DemoResult;
    const requisitions = [...practiceCompany().requisitions.all()];
    expect(result.read).toBe(requisitions.length);
    expect(result.posted + result.held + result.failed + result.skipped).toBe(result.read);
    expect(result.sourceTotal).toBe(sum(...requisitions.map((each) => each.summary.currentPaymentDue)));
    expect(sum(result.postedTotal, result.heldTotal, result.failedTotal, result.skippedTotal)).toBe(result.sourceTotal);
    expect(result.skipped).toBe(requisitions.filter(({ status }) => !status.startsWith('approved')).length);
    expect(result.posted).toBeGreaterThan(200);
    // What the ERP refuses for a business reason is held like what a check kept back; nothing of the practice company fails.
    expect(result.held).toBeGreaterThan(0);
    expect(result).toMatchObject({ failed: 0, failedTotal: '0' });
    expect(result.secondRunPosted).toBe(0);
  });
});
