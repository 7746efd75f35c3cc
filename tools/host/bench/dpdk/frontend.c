// SPDX-License-Identifier: GPL-2.0
/* The half of a VMM in a vhost-user connection, as small as one guest without interrupts needs. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "frontend.h"

enum request {
	GET_FEATURES = 1,
	SET_FEATURES = 2,
	SET_OWNER = 3,
	SET_MEM_TABLE = 5,
	SET_VRING_NUM = 8,
	SET_VRING_ADDR = 9,
	SET_VRING_BASE = 10,
	SET_VRING_KICK = 12,
	SET_VRING_CALL = 13,
	SET_PROTOCOL_FEATURES = 16,
	SET_VRING_ENABLE = 18,
};

#define VERSION			1
#define IS_REPLY		4
#define NEED_REPLY		8

#define F_PROTOCOL_FEATURES	0x40000000ULL
#define PROTOCOL_F_REPLY_ACK	0x8ULL

/* In place of an eventfd. */
#define NO_FD			256

/* A packed ring starts in its first lap, of both kinds of index. */
#define FIRST_LAP		0x8000

struct state {
	uint32_t index;
	uint32_t num;
};

struct address {
	uint32_t index;
	uint32_t flags;
	uint64_t desc;
	uint64_t used;
	uint64_t avail;
	uint64_t log;
};

struct memory {
	uint32_t n;
	uint32_t padding;
	uint64_t guest_address;
	uint64_t size;
	uint64_t user_address;
	uint64_t offset;
};

struct header {
	uint32_t request;
	uint32_t flags;
	uint32_t size;
};

int frontend_open(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(name.sun_path, path, sizeof(name.sun_path) - 1);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&name, sizeof(name))) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_message(int socket, enum request request, uint32_t flags, const void *what,
			 size_t size, int fd)
{
	struct header header = { request, VERSION | flags, size };
	struct iovec parts[] = { { &header, sizeof(header) }, { (void *)what, size } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {};

	if (fd >= 0) {
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
	}
	return sendmsg(socket, &message, 0) == (ssize_t)(sizeof(header) + size);
}

/* The number that the back end answers with. */
static bool receive(int socket, enum request request, uint64_t *number)
{
	struct header header;
	struct iovec parts[] = { { &header, sizeof(header) }, { number, sizeof(*number) } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	return recvmsg(socket, &message, MSG_WAITALL) == sizeof(header) + sizeof(*number) &&
	       header.request == request && header.flags & IS_REPLY;
}

static bool tell_with(int socket, enum request request, const void *what, size_t size, int fd)
{
	uint64_t failed;

	return send_message(socket, request, NEED_REPLY, what, size, fd) &&
	       receive(socket, request, &failed) && !failed;
}

static bool tell(int socket, enum request request, const void *what, size_t size)
{
	return tell_with(socket, request, what, size, -1);
}

static bool tell_number(int socket, enum request request, uint64_t number)
{
	return tell(socket, request, &number, sizeof(number));
}

static bool tell_state(int socket, enum request request, uint32_t index, uint32_t num)
{
	const struct state state = { index, num };

	return tell(socket, request, &state, sizeof(state));
}

bool frontend_memory(int socket, int fd, uint64_t address, size_t size)
{
	const struct memory memory = {
		.n = 1, .guest_address = address, .size = size, .user_address = address,
	};

	return tell_with(socket, SET_MEM_TABLE, &memory, sizeof(memory), fd);
}

bool frontend_features(int socket, uint64_t features)
{
	uint64_t offered;

	features |= F_PROTOCOL_FEATURES;
	return send_message(socket, GET_FEATURES, 0, NULL, 0, -1) &&
	       receive(socket, GET_FEATURES, &offered) && !(features & ~offered) &&
	       tell_number(socket, SET_PROTOCOL_FEATURES, PROTOCOL_F_REPLY_ACK) &&
	       tell(socket, SET_OWNER, NULL, 0) && tell_number(socket, SET_FEATURES, features);
}

bool frontend_ring_start(int socket, unsigned int index, const struct frontend_ring *ring)
{
	const struct address address = {
		.index = index, .desc = ring->desc, .avail = ring->driver, .used = ring->device,
	};

	return tell_state(socket, SET_VRING_NUM, index, ring->num) &&
	       tell_state(socket, SET_VRING_BASE, index, ring->packed ? FIRST_LAP : 0) &&
	       tell(socket, SET_VRING_ADDR, &address, sizeof(address)) &&
	       tell_number(socket, SET_VRING_CALL, index | NO_FD) &&
	       tell_number(socket, SET_VRING_KICK, index | NO_FD) &&
	       tell_state(socket, SET_VRING_ENABLE, index, 1);
}
