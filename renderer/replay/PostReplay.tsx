/** The confirmation before a replay posts: verb, count, amount, target and environment; production asks for the count, as every posting does. */
import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { PostingSheet } from '../../engine/model/run.ts';
import { sheetSum } from '../dock/sheet-sum.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** Where a sheet is written to, in words, and whether that is production. */
function useTargets(sheet: PostingSheet): { text: string; isProduction: boolean } {
  const { store } = useAppContext();
  const connections = useApp((state) => state.connections);
  useEffect(() => {
    if (store.getState().connections.state === 'idle') void store.getState().loadConnections();
  }, [store]);
  const names = [...new Set(sheet.vouchers.map(({ target }) => target.connection))];
  // What cannot be told to be practice or sandbox is treated as production.
  const environmentOf = (name: string) =>
    valueIn(connections)?.find((connection) => connection.name === name)?.environment ?? 'production';
  return {
    text: names.map((name) => `${name} (${t.environment[environmentOf(name)]})`).join(', '),
    isProduction: names.some((name) => environmentOf(name) === 'production'),
  };
}

/** The button, and the dialog behind it. */
export function PostReplay({ sheet, onPost }: { sheet: PostingSheet; onPost: () => void }): ReactNode {
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const { text, isProduction } = useTargets(sheet);
  const { count, amount } = sheetSum(sheet);
  const isSure = !isProduction || typed.trim() === String(count);
  const close = (): void => {
    setAsking(false);
    setTyped('');
  };
  if (count === 0) return <Button disabled>{t.replay.nothingToPost}</Button>;
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t.post.verbWhole(count, amount, text)}</Button>
      {asking ? (
        <Modal opened onClose={close} title={t.post.title(count)} closeButtonProps={{ 'aria-label': t.designer.close }}>
          <p>{t.replay.goesTo(amount, text)}</p>
          <p className="post-warning">{t.post.final}</p>
          {isProduction ? (
            <TextInput
              className="post-typed"
              label={t.post.typed(count)}
              inputMode="numeric"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          ) : null}
          <div className="dialog-actions">
            <Button variant="default" onClick={close} data-autofocus>
              {t.flows.cancel}
            </Button>
            <Button
              {...(isProduction ? { className: 'post-production' } : {})}
              disabled={!isSure}
              onClick={() => {
                close();
                onPost();
              }}
            >
              {t.post.verbWhole(count, amount, text)}
            </Button>
          </div>
        </Modal>
      ) : null}
    </>
  );
}
