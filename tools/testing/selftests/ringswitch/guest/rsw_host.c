// SPDX-License-Identifier: GPL-2.0
/* A host on an ordinary network interface: the commands of session.h over a packet socket. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "session.h"

#define TAG_LEN 4
#define SOCKET_BYTES (8 << 20)	/* a burst of frames must not be lost here */

struct host {
	struct endpoint ep;	/* first: the session knows no more */
	int socket;
	unsigned int drops;
};

static struct host *host_of(struct endpoint *ep)
{
	return (struct host *)ep;
}

static int polls(struct endpoint *ep, struct pollfd *polls)
{
	polls[0] = (struct pollfd) { .fd = host_of(ep)->socket, .events = POLLIN };
	return 1;
}

/* The kernel takes a VLAN tag out of the frame and tells it beside; put it back. */
static size_t put_tag_back(struct msghdr *msg, uint8_t *frame, size_t len,
			   struct virtio_net_hdr_v1 *hdr)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	uint16_t tag[2];

	if (!cmsg || cmsg->cmsg_type != PACKET_AUXDATA || len < ETH_HLEN)
		return len;
	memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
		return len;
	tag[0] = htons(aux.tp_vlan_tpid);
	tag[1] = htons(aux.tp_vlan_tci);
	memmove(frame + 2 * ETH_ALEN + TAG_LEN, frame + 2 * ETH_ALEN, len - 2 * ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, tag, TAG_LEN);
	if (hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		hdr->csum_start += TAG_LEN;
	return len + TAG_LEN;
}

static void service(struct endpoint *ep, const struct pollfd *polls)
{
	static uint8_t frame[FRAME_MAX + TAG_LEN];
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct virtio_net_hdr_v1 hdr = { 0 };
	struct iovec iov[2] = {
		{ &hdr, sizeof(struct virtio_net_hdr) }, { frame, FRAME_MAX }
	};
	ssize_t len;

	(void)polls;
	for (;;) {
		struct msghdr msg = {
			.msg_iov = iov, .msg_iovlen = 2,
			.msg_control = control, .msg_controllen = sizeof(control),
		};

		len = recvmsg(host_of(ep)->socket, &msg, MSG_DONTWAIT);
		if (len < (ssize_t)iov[0].iov_len)
			return;
		len = put_tag_back(&msg, frame, len - iov[0].iov_len, &hdr);
		endpoint_deliver(ep, frame, len, &hdr);
	}
}

static int send_packet(struct endpoint *ep, const struct packet *packet)
{
	struct iovec iov[2] = {
		{ (void *)&packet->hdr, sizeof(struct virtio_net_hdr) },
		{ (void *)packet->frame, packet->len },
	};

	if (writev(host_of(ep)->socket, iov, 2) >= 0)
		return 0;
	return errno == ENOBUFS ? -EAGAIN : -errno;
}

static void flush(struct endpoint *ep)
{
	(void)ep;
}

static unsigned int pending(struct endpoint *ep)
{
	(void)ep;
	return 0;
}

/* Frames the socket had no room for: anything but 0 is the test's own loss. */
static unsigned int socket_drops(struct host *host)
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);

	/* Reading resets it. */
	getsockopt(host->socket, SOL_PACKET, PACKET_STATISTICS, &stats, &size);
	host->drops += stats.tp_drops;
	return host->drops;
}

/*   drops    frames the socket had no room for */
static bool command(struct endpoint *ep, struct args *args)
{
	if (strcmp(args->verb, "drops"))
		return false;
	printf("ok drops=%u\n", socket_drops(host_of(ep)));
	return true;
}

static void json(struct endpoint *ep, FILE *out)
{
	fprintf(out, "\"socket_drops\":%u,", socket_drops(host_of(ep)));
}

static uint64_t violations(struct endpoint *ep)
{
	(void)ep;
	return 0;
}

static int open_interface(struct host *host, const char *name)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct packet_mreq everything = { .mr_type = PACKET_MR_PROMISC };
	const int on = 1, bytes = SOCKET_BYTES;
	struct ifreq request = { 0 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	host->socket = fd;
	if (fd < 0)
		return -errno;
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	address.sll_ifindex = if_nametoindex(name);
	everything.mr_ifindex = address.sll_ifindex;
	if (ioctl(fd, SIOCGIFHWADDR, &request) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof(everything)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	memcpy(host->ep.mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct endpoint_ops ops = {
		.polls = polls, .service = service, .send = send_packet, .flush = flush,
		.pending = pending, .command = command, .json = json, .violations = violations,
	};
	static struct host host = { .ep.ops = &ops };
	int error;

	if (argc < 2) {
		fprintf(stderr, "usage: rsw_host INTERFACE [COMMAND...]\n");
		return 64;
	}
	error = open_interface(&host, argv[1]);
	if (error) {
		printf("failed %s: %s\n", argv[1], strerror(-error));
		return 69;
	}
	return session_run(&host.ep, argv + 2, argc - 2);
}
