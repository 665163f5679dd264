/** One quiet strip for newcomers: from a template to the first posting. It goes away once that is done. */
import { ActionIcon } from '@mantine/core';
import { IconCircleCheckFilled, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { FlowListItem } from '../../engine/api/contract.ts';
import { navigate } from '../app/router.ts';
import { errorOf, valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

const order = ['flow', 'ping', 'dry', 'sheet', 'post'] as const;
type Step = (typeof order)[number];

/** Panel memory: the strip is over, and the posting sheet was read. */
export const firstStepsOver = 'firstSteps.over';
export const sheetRead = 'firstSteps.sheet';

/** What was run in this workspace so far; undefined until the host said it. */
function useRuns(): { dry: boolean; post: boolean } | undefined {
  const { client, store } = useAppContext();
  const [runs, setRuns] = useState<{ dry: boolean; post: boolean }>();
  useEffect(() => {
    let current = true;
    const any = async (kind: 'dry' | 'post'): Promise<boolean> =>
      (await client.run.list({ limit: 1, kinds: [kind] })).runs.length > 0;
    Promise.all([any('dry'), any('post')])
      .then(([dry, post]) => current && setRuns({ dry, post }))
      .catch((thrown: unknown) => store.getState().complain(errorOf(thrown, t.doing.fetchingList)));
    return () => {
      current = false;
    };
  }, [client, store]);
  return runs;
}

/** The strip; nothing where it is over, hidden, or not known yet. */
export function FirstSteps({ flows }: { flows: readonly FlowListItem[] }): ReactNode {
  const { store } = useAppContext();
  const isOver = useApp((state) => state.settings.panels[firstStepsOver] === true);
  const hasReadSheet = useApp((state) => state.settings.panels[sheetRead] === true);
  const connections = useApp((state) => valueIn(state.connections));
  const runs = useRuns();
  if (isOver || runs === undefined || runs.post || connections === undefined) return null;
  const done: Readonly<Record<Step, boolean>> = {
    flow: flows.length > 0,
    ping:
      connections.length > 0 &&
      connections.every(({ lastPing }) => lastPing?.checks.every(({ status }) => status !== 'failed') === true),
    dry: runs.dry,
    sheet: runs.dry && hasReadSheet,
    post: false,
  };
  const next = order.find((step) => !done[step]);
  const [flow] = flows;
  const go: Readonly<Record<Step, () => void>> = {
    flow: () => navigate('/templates'),
    ping: () => navigate('/connections'),
    dry: () => navigate(flow === undefined ? '/templates' : `/flows/${flow.id}`),
    sheet: () => {
      store.getState().setView({ dockTab: 'sheet' });
      go.dry();
    },
    post: () => go.dry(),
  };
  return (
    <section className="first-steps" aria-label={t.firstSteps.title}>
      <ol className="first-steps__list">
        {order.map((step, index) => (
          <li key={step} className="first-steps__item">
            <button
              type="button"
              className={step === next ? 'first-steps__step first-steps__step--next' : 'first-steps__step'}
              {...(step === next ? { 'aria-current': 'step' as const } : {})}
              onClick={go[step]}
            >
              {done[step] ? (
                <IconCircleCheckFilled size={20} color="var(--good)" aria-label={t.firstSteps.done} />
              ) : (
                <span className="first-steps__number" aria-hidden="true">
                  {index + 1}
                </span>
              )}
              <span>
                <span className="first-steps__title">{t.firstSteps.steps[step].title}</span>
                <span className="first-steps__hint">{t.firstSteps.steps[step].hint}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <ActionIcon aria-label={t.firstSteps.hide} onClick={() => store.getState().remember(firstStepsOver, true)}>
        <IconX size={16} aria-hidden="true" />
      </ActionIcon>
    </section>
  );
}
