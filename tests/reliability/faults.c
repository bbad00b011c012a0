/* Makes the Nth change to anything below one folder fail, as a bad or full disk would.
 *
 * Loaded with LD_PRELOAD. A shared file, named by FAULTS, says what to do and counts the calls: see
 * `struct control` here and `Faults` in faults.py.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
    int armed;
    int calls;      /* changes seen since it was armed */
    int fail_at;    /* the first one that fails, from 1; 0: none */
    int for_good;   /* whether all later ones fail too */
    int error;      /* errno */
    char folder[512];
    char failed[512]; /* the first call that failed, in words */
};

static struct control *control;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAULTS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at != MAP_FAILED) control = at;
    close(file);
}

static int is_below(const char *path)
{
    size_t length = strlen(control->folder);
    return length && !strncmp(path, control->folder, length) && (path[length] == '/' || !path[length]);
}

/* Whether this change fails. errno is set when it does, and kept when not. */
static int fails(const char *what, const char *path)
{
    if (!control || !control->armed || !is_below(path)) return 0;
    int call = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
    if (!control->fail_at || call < control->fail_at || (call > control->fail_at && !control->for_good)) return 0;
    if (call == control->fail_at) {
        strncpy(control->failed, what, 31);
        strncat(control->failed, " ", 2);
        strncat(control->failed, path, sizeof control->failed - 64);
    }
    errno = control->error;
    return 1;
}

static int fails_at(const char *what, int directory, const char *name)
{
    char link[64], path[2 * PATH_MAX];
    if (!control || !control->armed) return 0;
    int before = errno;
    ssize_t length = 0;
    if (name && name[0] == '/') {
        snprintf(path, sizeof path, "%s", name);
    } else {
        if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        length = readlink(link, path, PATH_MAX);
        errno = before;
        if (length < 0) return 0;
        path[length] = 0;
        if (name) snprintf(path + length, PATH_MAX, "/%s", name);
    }
    return fails(what, path);
}

#define ON_FILE(type, name, parameters, arguments) \
    type name parameters { REAL(name); return fails_at(#name, file, NULL) ? -1 : real arguments; }

ON_FILE(ssize_t, write, (int file, const void *data, size_t size), (file, data, size))
ON_FILE(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at), (file, data, size, at))
ON_FILE(ssize_t, pwrite64, (int file, const void *data, size_t size, off64_t at), (file, data, size, at))
ON_FILE(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
ON_FILE(int, fsync, (int file), (file))
ON_FILE(int, fdatasync, (int file), (file))
ON_FILE(int, ftruncate, (int file, off_t size), (file, size))
ON_FILE(int, ftruncate64, (int file, off64_t size), (file, size))
ON_FILE(int, fchmod, (int file, mode_t mode), (file, mode))

ssize_t sendfile(int file, int from, off_t *at, size_t size)
{
    REAL(sendfile);
    return fails_at("sendfile", file, NULL) ? -1 : real(file, from, at, size);
}

ssize_t copy_file_range(int from, off64_t *from_at, int file, off64_t *at, size_t size, unsigned flags)
{
    REAL(copy_file_range);
    return fails_at("copy_file_range", file, NULL) ? -1 : real(from, from_at, file, at, size, flags);
}

int posix_fallocate(int file, off_t at, off_t size)
{
    REAL(posix_fallocate);
    return fails_at("posix_fallocate", file, NULL) ? errno : real(file, at, size);
}

/* USearch and others write through stdio, whose own system calls do not come by here. */
size_t fwrite(const void *data, size_t size, size_t count, FILE *stream)
{
    REAL(fwrite);
    return fails_at("fwrite", fileno(stream), NULL) ? 0 : real(data, size, count, stream);
}

#define ON_PATH(name, parameters, directory, path, arguments) \
    int name parameters { REAL(name); return fails_at(#name, directory, path) ? -1 : real arguments; }

ON_PATH(unlink, (const char *path), AT_FDCWD, path, (path))
ON_PATH(unlinkat, (int directory, const char *path, int flags), directory, path, (directory, path, flags))
ON_PATH(rmdir, (const char *path), AT_FDCWD, path, (path))
ON_PATH(mkdir, (const char *path, mode_t mode), AT_FDCWD, path, (path, mode))
ON_PATH(mkdirat, (int directory, const char *path, mode_t mode), directory, path, (directory, path, mode))
ON_PATH(rename, (const char *from, const char *to), AT_FDCWD, to, (from, to))
ON_PATH(link, (const char *from, const char *to), AT_FDCWD, to, (from, to))
ON_PATH(renameat, (int from_at, const char *from, int to_at, const char *to), to_at, to, (from_at, from, to_at, to))
ON_PATH(chmod, (const char *path, mode_t mode), AT_FDCWD, path, (path, mode))

#define ON_OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
            if (fails_at(#name, AT_FDCWD, path)) return -1; \
        } \
        return real(path, flags, mode); \
    }

ON_OPEN(open)
ON_OPEN(open64)

#define ON_OPENAT(name) \
    int name(int directory, const char *path, int flags, ...) \
    { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
            if (fails_at(#name, directory, path)) return -1; \
        } \
        return real(directory, path, flags, mode); \
    }

ON_OPENAT(openat)
ON_OPENAT(openat64)

#define ON_FOPEN(name) \
    FILE *name(const char *path, const char *mode) \
    { \
        REAL(name); \
        int writes = strpbrk(mode, "wa+") != NULL; \
        return writes && fails_at(#name, AT_FDCWD, path) ? NULL : real(path, mode); \
    }

ON_FOPEN(fopen)
ON_FOPEN(fopen64)
