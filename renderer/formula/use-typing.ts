/** Typing that stays in its field: the document hears of it when the keys rest, so that no key waits for the rest of the window. */
import { useEffect, useRef, useState } from 'react';

const restMs = 400;

/** A text while it is typed. */
export interface Typing {
  /** What the field shows. */
  text: string;
  type: (text: string) => void;
  /** Hands over what is typed so far. */
  flush: () => void;
}

/** Holds what is typed until the keys rest, the field is left, or the window closes. */
export function useTyping(value: string, commit: (text: string) => void): Typing {
  const [typed, setTyped] = useState<string>();
  const pending = useRef<{ text: string; timer: ReturnType<typeof setTimeout> }>(undefined);
  const latest = useRef(commit);
  latest.current = commit;
  const flush = (): void => {
    const held = pending.current;
    if (held === undefined) return;
    clearTimeout(held.timer);
    pending.current = undefined;
    latest.current(held.text);
    setTyped(undefined);
  };
  const hand = useRef(flush);
  hand.current = flush;
  useEffect(() => {
    // Before the listener that keeps the draft: capture comes first.
    const close = (): void => hand.current();
    window.addEventListener('beforeunload', close, { capture: true });
    return () => {
      window.removeEventListener('beforeunload', close, { capture: true });
      hand.current();
    };
  }, []);
  const type = (text: string): void => {
    if (pending.current !== undefined) clearTimeout(pending.current.timer);
    pending.current = { text, timer: setTimeout(() => hand.current(), restMs) };
    setTyped(text);
  };
  return { text: typed ?? value, type, flush };
}
