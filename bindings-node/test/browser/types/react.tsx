import { useImageUpload, type ImageUploadOptions, type UploadedImage } from 'presize/react';

export function Photos({ onDone, ...options }: ImageUploadOptions & { onDone: (image: UploadedImage) => void }) {
    const { files, upload, uploadAll, uploading, progress, error, uploadedImage, retry, remove, reset } =
        useImageUpload(options);

    async function choose(file: File): Promise<void> {
        const image = await upload(file);
        if (image !== null) onDone(image);
    }

    return (
        <form onReset={reset}>
            <input type="file" multiple onChange={(event) => void uploadAll(event.currentTarget.files)} />
            <div onDrop={(event) => event.dataTransfer.files[0] && void choose(event.dataTransfer.files[0])} />
            {uploading && <progress value={progress} max={100} />}
            {error && <p role="alert">{error.message}</p>}
            {uploadedImage?.publicUrl && <img src={uploadedImage.publicUrl} alt="" />}
            {files.map(({ id, file, previewUrl, state }) => (
                <button key={id} type="button" onClick={() => (state === 'error' ? void retry(id) : remove(id))}>
                    {previewUrl && <img src={previewUrl} alt={file.name} />} {state}
                </button>
            ))}
        </form>
    );
}

export function Mistake() {
    // @ts-expect-error: the hook has a list, not one file's progress
    useImageUpload({ onProgress: () => {} });
    return null;
}
