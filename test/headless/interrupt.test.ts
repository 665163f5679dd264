import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onInterrupt } from '../../headless/interrupt.ts';

function setUp() {
  const stops: string[] = [];
  const exits: number[] = [];
  const time = { now: 5_000 };
  const target = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  onInterrupt(
    (signal) => stops.push(signal),
    target,
    () => time.now,
  );
  return { target, stops, exits, time };
}

describe('an interrupt', () => {
  it('asks once, however often one Ctrl+C arrives', () => {
    const { target, stops, exits, time } = setUp();
    target.emit('SIGINT');
    time.now += 40;
    target.emit('SIGINT');
    target.emit('SIGTERM');
    expect([stops, exits]).toEqual([['SIGINT'], []]);
  });

  it('insists when it comes again later', () => {
    const { target, stops, exits, time } = setUp();
    target.emit('SIGTERM');
    time.now += 1_001;
    target.emit('SIGINT');
    expect([stops, exits]).toEqual([['SIGTERM'], [130]]);
  });
});
