'use client';

// presize/react: `UploadList` as a hook.

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';

import { UploadList } from './upload_list.js';

export function useImageUpload(options) {
  // Holds nothing that must be given back until a file is added, so that a render that is thrown away leaves nothing.
  const [list] = useState(() => new UploadList(options));

  // Each render: the uploads from now on use its options and see its variables.
  useEffect(() => list.setOptions(options));
  useEffect(() => {
    list.resume();
    return () => list.suspend();
  }, [list]);

  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot);
  return useMemo(() => {
    const { upload, uploadAll, retry, remove, reset } = list;
    return { ...state, upload, uploadAll, retry, remove, reset };
  }, [list, state]);
}
