/** Setting by hand how far a project was read. What it brings is said before, in the dialog; a reason is asked for. */
import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { WatermarkItem } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { fromLocal, toLocal, zoneAt } from './local-time.ts';

const words = t.watermarks;

/** What people call the project of a watermark. */
export const projectOf = ({ scope, scopeLabel }: WatermarkItem): string =>
  scopeLabel ?? (scope === 'company' ? words.company : words.unnamed(scope));

const shown = (instant: string): string => new Date(instant).toLocaleString();

/** Which way the change goes; undefined where there is none. */
function wayOf(before: string, after: string | undefined): 'earlier' | 'later' | undefined {
  // The field has no milliseconds, so the text it began with is no change.
  if (after === undefined || toLocal(after) === toLocal(before)) return undefined;
  return Date.parse(after) < Date.parse(before) ? 'earlier' : 'later';
}

function Warning(props: { before: string; after: string | undefined }): ReactNode {
  const { before, after } = props;
  const way = wayOf(before, after);
  return (
    <div className={way === 'later' ? 'watermark__brings watermark__brings--bad' : 'watermark__brings'} role="status">
      {after === undefined ? words.invalid : way === undefined ? words.same : null}
      {after !== undefined && way === 'earlier' ? words.earlier(shown(after)) : null}
      {after !== undefined && way === 'later' ? words.later(shown(before), shown(after)) : null}
      {after !== undefined && Date.parse(after) > Date.now() ? ` ${words.future(shown(after))}` : null}
    </div>
  );
}

interface DialogProps {
  flowId: string;
  item: WatermarkItem;
  onClose: () => void;
  onSet: (items: WatermarkItem[]) => void;
}

/** The dialog. */
export function WatermarkDialog({ flowId, item, onClose, onSet }: DialogProps): ReactNode {
  const { client } = useAppContext();
  const [text, setText] = useState(toLocal(item.reached));
  const [why, setWhy] = useState('');
  const [error, setError] = useState<AppErrorData>();
  const [busy, setBusy] = useState(false);
  const after = fromLocal(text);
  const way = wayOf(item.reached, after);
  const set = async (): Promise<void> => {
    if (after === undefined || way === undefined) return;
    setBusy(true);
    try {
      const { nodeId, scope, reached: expected } = item;
      onSet(await client.watermark.set({ flowId, nodeId, scope, expected, to: after, why: why.trim() }));
      onClose();
    } catch (thrown) {
      setError(errorOf(thrown, t.doing.settingWatermark));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.dialog(projectOf(item))}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <form
        className="watermark"
        onSubmit={(event) => {
          event.preventDefault();
          if (way !== undefined && why.trim() !== '') void set();
        }}
      >
        <p className="watermark__now" title={item.reached}>
          {words.now(shown(item.reached))}
        </p>
        <TextInput
          type="datetime-local"
          step={1}
          data-autofocus
          label={words.to(zoneAt(after ?? item.reached))}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Warning before={item.reached} after={after} />
        <Textarea
          label={words.why}
          description={words.whyHelp}
          autosize
          minRows={2}
          maxLength={500}
          required
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        {error === undefined ? null : (
          <p className="watermark__failed" role="alert">
            {error.message} {error.hint}
          </p>
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button
            type="submit"
            loading={busy}
            {...(way === 'later' ? { color: 'red' } : {})}
            disabled={way === undefined || why.trim() === ''}
          >
            {way === 'later' ? words.setLater : words.setEarlier}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
