/** Why a wire was refused, with the fix one press away. It lies over the canvas and blocks nothing. */
import { Button, CloseButton } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { checkConnection } from '../state/connect.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { applyFix } from './actions.ts';

/** The explanation of the wire that was refused last. */
export function RefusedWire(): ReactNode {
  const { store } = useAppContext();
  const refused = useApp((state) => state.refused);
  const flow = useApp((state) => state.flow);
  const kinds = useApp((state) => state.kinds);
  if (refused === undefined || flow === undefined) return null;
  const check = checkConnection(flow, kinds, refused);
  if (check.ok) return null;
  const { fix } = check;
  const close = (): void => store.getState().setView({ refused: undefined });
  return (
    <div className="refused" role="alertdialog" aria-label={t.designer.refusedTitle}>
      <IconPlugConnectedX size={22} stroke={1.6} aria-hidden="true" />
      <div className="refused__text">
        <strong>{t.designer.refusedTitle}</strong>
        <span>{check.message}</span>
      </div>
      {fix === undefined ? null : (
        <Button autoFocus onClick={() => applyFix(store, refused, fix)}>
          {fix.label}
        </Button>
      )}
      <CloseButton aria-label={t.designer.close} onClick={close} />
    </div>
  );
}
