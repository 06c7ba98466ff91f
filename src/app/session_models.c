/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/session.h"
#include "platform/log/log.h"
#include "store/model_file.h"
#include "store/registry.h"

/* The model in force while the session runs: the journal is told which, and the registry is watched
 * for another one. A thread of its own reads and frees the files; the switch is one event between
 * two others of the trading thread. */

#define LOOK_EVERY_NS NS_PER_S

static const uint8_t none[MODEL_HASH_SIZE];

struct session_models {
    char folder[OPTION_PATH_MAX + 16];
    struct model_file *in_force;       /* the trading thread's; NULL: none */
    const struct model *before;        /* of the core, to be given back */
    uint8_t looked[MODEL_HASH_SIZE];   /* the watching thread's: what it read last, or could not */
    _Atomic(struct model_file *) news; /* from the watching thread to the trading one */
    _Atomic(struct model_file *) retired; /* and back, to be freed */
    pthread_t thread;
    bool started;
    atomic_bool ending;
    sem_t end;
};

static void file_free(struct model_file *file)
{
    if (file != NULL) {
        model_file_free(file);
        free(file);
    }
}

/* The file of that hash; of zeros an empty one. NULL, said, when it cannot be read. */
static struct model_file *read_file(const char *folder, const uint8_t hash[MODEL_HASH_SIZE])
{
    char path[OPTION_PATH_MAX + 128], error[512] = "out of memory";
    struct model_file *file = calloc(1, sizeof *file);
    if (file == NULL || memcmp(hash, none, sizeof none) == 0) {
        return file;
    }
    registry_path(folder, hash, path, sizeof path);
    if (model_file_read(path, file, error, sizeof error) != 0) {
        log_error("model.read", error, "instead", "what was in force stays", NULL);
        file_free(file);
        return NULL;
    }
    if (memcmp(file->model.hash, hash, MODEL_HASH_SIZE) != 0) {
        log_error("model.read", "its bytes are not those that its name says", "file", path, NULL);
        file_free(file);
        return NULL;
    }
    return file;
}

static void look(struct session_models *models)
{
    uint8_t hash[MODEL_HASH_SIZE];
    char error[512];
    file_free(atomic_exchange(&models->retired, NULL));
    if (atomic_load(&models->news) != NULL ||
        registry_current(models->folder, hash, error, sizeof error) != 0 ||
        memcmp(hash, models->looked, sizeof hash) == 0) {
        return;
    }
    memcpy(models->looked, hash, sizeof hash);
    struct model_file *file = read_file(models->folder, hash);
    if (file != NULL) {
        atomic_store(&models->news, file);
    }
}

static void *watch(void *context)
{
    struct session_models *models = context;
    while (!atomic_load(&models->ending)) {
        look(models);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += LOOK_EVERY_NS / NS_PER_S;
        sem_clockwait(&models->end, CLOCK_MONOTONIC, &until);
    }
    return NULL;
}

static void tell(struct session *session)
{
    const struct session_models *models = session->models;
    struct event event = {.kind = EVENT_MODEL, .time_ns = session->engine->time_ns};
    if (models->in_force != NULL) {
        memcpy(event.model.hash, models->in_force->model.hash, MODEL_HASH_SIZE);
    }
    session_give(session, &event);
}

/* An empty file stands for none. */
static void take(struct session_models *models, struct model_file *file)
{
    if (file != NULL && file->model.trained_count == 0) {
        file_free(file);
        file = NULL;
    }
    models->in_force = file;
    model_use(file != NULL ? &file->model : NULL);
}

/* Only a session that asks a model has one. */
bool session_open_models(struct session *session, char *error, size_t error_size)
{
    if (!session->engine->config.chain.model.enabled) {
        return true;
    }
    struct session_models *models = calloc(1, sizeof *models);
    session->models = models;
    if (models == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    sem_init(&models->end, 0, 0);
    models->before = model_in_force;
    registry_folder(session->options->session.state, models->folder, sizeof models->folder);
    if (registry_current(models->folder, models->looked, error, error_size) != 0) {
        return false;
    }
    struct model_file *file = read_file(models->folder, models->looked);
    if (file == NULL) {
        snprintf(error, error_size,
                 "the model in force cannot be read (see the log): cuttle models rollback puts "
                 "the one before it in its place");
        return false;
    }
    take(models, file);
    tell(session);
    models->started = pthread_create(&models->thread, NULL, watch, models) == 0;
    if (!models->started) {
        snprintf(error, error_size, "cannot start a thread to watch for a new model");
    }
    return models->started;
}

void session_tell_models(struct session *session)
{
    if (session->models != NULL) {
        tell(session);
    }
}

void session_mind_models(struct session *session)
{
    struct session_models *models = session->models;
    /* What is in force now is freed by the other thread, which has taken the last one by then. */
    if (models == NULL || atomic_load(&models->news) == NULL ||
        atomic_load(&models->retired) != NULL) {
        return;
    }
    struct model_file *old = models->in_force;
    take(models, atomic_exchange(&models->news, NULL));
    tell(session);
    atomic_store(&models->retired, old);
}

void session_close_models(struct session *session)
{
    struct session_models *models = session->models;
    if (models == NULL) {
        return;
    }
    if (models->started) {
        atomic_store(&models->ending, true);
        sem_post(&models->end);
        pthread_join(models->thread, NULL);
    }
    model_use(models->before);
    file_free(models->in_force);
    file_free(atomic_load(&models->news));
    file_free(atomic_load(&models->retired));
    sem_destroy(&models->end);
    free(models);
    session->models = NULL;
}
