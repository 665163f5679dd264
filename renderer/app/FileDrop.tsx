/** Files dropped anywhere on the window, and the report on what became of several of them. */
import { Button, Modal } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ImportOutcome } from '../state/flows-slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { importDropped } from './files.ts';
import { navigate } from './router.ts';

/** Whether a drag carries files from outside; a drag of our own, such as a node from the palette, does not. */
const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** Listens for files over the window. The import command is its keyboard twin. */
export function FileDrop(): ReactNode {
  const { store } = useAppContext();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      setOver(false);
      void importDropped({ store }, event.dataTransfer);
    };
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [store]);
  return over ? <div className="file-drop">{t.imports.drop}</div> : null;
}

function Outcome({ outcome, onOpen }: { outcome: ImportOutcome; onOpen: (flowId: string) => void }): ReactNode {
  const refused = outcome.became === 'refused';
  const Icon = refused ? IconCircleX : IconCircleCheck;
  return (
    <li className={refused ? 'imports__file imports__file--bad' : 'imports__file'}>
      <Icon size={18} stroke={1.7} aria-hidden="true" />
      <span className="imports__text">
        <strong dir="auto">{outcome.fileName}</strong>
        <span dir="auto">
          {outcome.became === 'refused'
            ? `${outcome.error.message} ${outcome.error.hint}`
            : outcome.became === 'flow'
              ? t.imports.flow(outcome.name)
              : t.imports.template(outcome.name)}
        </span>
      </span>
      {outcome.became === 'flow' ? (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={t.imports.open(outcome.name)}
          onClick={() => onOpen(outcome.flowId)}
        >
          {t.imports.openShort}
        </Button>
      ) : null}
    </li>
  );
}

/** What became of each of several files. */
export function ImportReport(): ReactNode {
  const { store } = useAppContext();
  const report = useApp((state) => state.importReport);
  if (report === undefined) return null;
  const close = (): void => store.getState().closeImportReport();
  const taken = report.filter(({ became }) => became !== 'refused').length;
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t.imports.title}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p>{t.imports.done(taken, report.length)}</p>
      <ul className="imports">
        {report.map((outcome, index) => (
          <Outcome
            // biome-ignore lint/suspicious/noArrayIndexKey: two files of different folders may share a name, and the list never changes
            key={index}
            outcome={outcome}
            onOpen={(id) => {
              close();
              navigate(`/flows/${id}`);
            }}
          />
        ))}
      </ul>
      <div className="dialog-actions">
        <Button data-autofocus onClick={close}>
          {t.imports.close}
        </Button>
      </div>
    </Modal>
  );
}
