/** Messages at the lower right, and the live region that speaks for everything without a picture. */
import { Button, Notification } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import type { Notice } from '../state/session-slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** Good news leaves by itself after this time; failures stay until they are dismissed. */
const stayMs = 8000;
const colors = { good: 'var(--good)', info: 'var(--info)', bad: 'var(--bad)' } as const;

function NoticeCard({ notice }: { notice: Notice }): ReactNode {
  const { store } = useAppContext();
  const { id, tone, action } = notice;
  useEffect(() => {
    if (tone === 'bad') return;
    const timer = setTimeout(() => store.getState().dismiss(id), stayMs);
    return () => clearTimeout(timer);
  }, [store, id, tone]);
  return (
    <Notification
      title={notice.title}
      color={colors[tone]}
      role={tone === 'bad' ? 'alert' : 'status'}
      withBorder
      onClose={() => store.getState().dismiss(id)}
      closeButtonProps={{ 'aria-label': t.shell.dismiss }}
    >
      {notice.detail}
      {action === undefined ? null : (
        <Button
          variant="default"
          size="compact-xs"
          onClick={() => {
            store.getState().dismiss(id);
            action.command();
          }}
        >
          {action.label}
        </Button>
      )}
    </Notification>
  );
}

/** The messages. */
export function Notices(): ReactNode {
  const notices = useApp((state) => state.notices);
  const announcement = useApp((state) => state.announcement);
  return (
    <>
      <div className="notices">
        {notices.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} />
        ))}
      </div>
      <div className="visually-hidden" aria-live="polite">
        {announcement}
      </div>
    </>
  );
}
