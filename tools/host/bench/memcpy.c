// SPDX-License-Identifier: GPL-2.0
/*
 * memcpy() as x86-64 has it in the kernel for CPUs without FSRM, instruction by instruction
 * (memcpy_orig in arch/x86/lib/memcpy_64.S, Copyright 2002 Andi Kleen). Elsewhere, the C
 * library's.
 */
#include <linux/string.h>

#undef memcpy

#ifdef CONFIG_X86_64
void __attribute__((naked)) *host_memcpy(void *to, const void *from, size_t len)
{
	asm volatile("	movq %rdi, %rax\n"
		     "	cmpq $32, %rdx\n"
		     "	jb 4f\n"
		     /* Backwards where stores could seem to hit the loads behind them. */
		     "	cmp %dil, %sil\n"
		     "	jl 2f\n"
		     "	subq $32, %rdx\n"
		     "1:	subq $32, %rdx\n"
		     "	movq (%rsi), %r8\n"
		     "	movq 8(%rsi), %r9\n"
		     "	movq 16(%rsi), %r10\n"
		     "	movq 24(%rsi), %r11\n"
		     "	leaq 32(%rsi), %rsi\n"
		     "	movq %r8, (%rdi)\n"
		     "	movq %r9, 8(%rdi)\n"
		     "	movq %r10, 16(%rdi)\n"
		     "	movq %r11, 24(%rdi)\n"
		     "	leaq 32(%rdi), %rdi\n"
		     "	jae 1b\n"
		     "	addl $32, %edx\n"
		     "	jmp 4f\n"
		     "2:	addq %rdx, %rsi\n"
		     "	addq %rdx, %rdi\n"
		     "	subq $32, %rdx\n"
		     "	.p2align 4\n"
		     "3:	subq $32, %rdx\n"
		     "	movq -8(%rsi), %r8\n"
		     "	movq -16(%rsi), %r9\n"
		     "	movq -24(%rsi), %r10\n"
		     "	movq -32(%rsi), %r11\n"
		     "	leaq -32(%rsi), %rsi\n"
		     "	movq %r8, -8(%rdi)\n"
		     "	movq %r9, -16(%rdi)\n"
		     "	movq %r10, -24(%rdi)\n"
		     "	movq %r11, -32(%rdi)\n"
		     "	leaq -32(%rdi), %rdi\n"
		     "	jae 3b\n"
		     "	addl $32, %edx\n"
		     "	subq %rdx, %rsi\n"
		     "	subq %rdx, %rdi\n"
		     /* What is left: 16 to 31, 8 to 15, 4 to 7, up to 3. */
		     "4:	cmpl $16, %edx\n"
		     "	jb 5f\n"
		     "	movq (%rsi), %r8\n"
		     "	movq 8(%rsi), %r9\n"
		     "	movq -16(%rsi, %rdx), %r10\n"
		     "	movq -8(%rsi, %rdx), %r11\n"
		     "	movq %r8, (%rdi)\n"
		     "	movq %r9, 8(%rdi)\n"
		     "	movq %r10, -16(%rdi, %rdx)\n"
		     "	movq %r11, -8(%rdi, %rdx)\n"
		     "	ret\n"
		     "	.p2align 4\n"
		     "5:	cmpl $8, %edx\n"
		     "	jb 6f\n"
		     "	movq (%rsi), %r8\n"
		     "	movq -8(%rsi, %rdx), %r9\n"
		     "	movq %r8, (%rdi)\n"
		     "	movq %r9, -8(%rdi, %rdx)\n"
		     "	ret\n"
		     "	.p2align 4\n"
		     "6:	cmpl $4, %edx\n"
		     "	jb 7f\n"
		     "	movl (%rsi), %ecx\n"
		     "	movl -4(%rsi, %rdx), %r8d\n"
		     "	movl %ecx, (%rdi)\n"
		     "	movl %r8d, -4(%rdi, %rdx)\n"
		     "	ret\n"
		     "	.p2align 4\n"
		     "7:	subl $1, %edx\n"
		     "	jb 9f\n"
		     "	movzbl (%rsi), %ecx\n"
		     "	jz 8f\n"
		     "	movzbq 1(%rsi), %r8\n"
		     "	movzbq (%rsi, %rdx), %r9\n"
		     "	movb %r8b, 1(%rdi)\n"
		     "	movb %r9b, (%rdi, %rdx)\n"
		     "8:	movb %cl, (%rdi)\n"
		     "9:	ret\n");
}
#else
void *host_memcpy(void *to, const void *from, size_t len)
{
	return memcpy(to, from, len);
}
#endif
